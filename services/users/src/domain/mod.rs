//! What accounts, sessions and passwords are, and the rules that need neither a database nor HTTP.

pub mod account;
pub mod email;
pub mod password;
pub mod session;

//! What accounts, sessions, passwords and tokens are, and the rules that need neither a database nor HTTP.

pub mod account;
pub mod api_token;
pub mod email;
pub mod password;
pub mod session;
pub mod signing_key;

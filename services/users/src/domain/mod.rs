//! What accounts, sessions, passwords and tokens are, and the rules that need neither a database nor HTTP.

pub(crate) mod account;
pub(crate) mod api_token;
pub(crate) mod device;
pub(crate) mod email;
pub(crate) mod password;
pub(crate) mod session;
pub(crate) mod signing_key;
pub(crate) mod weakness;

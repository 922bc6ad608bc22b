//! The chat contract: what it shows of accounts and sessions; and credentials for the other contracts,
//! in its style.

mod dto;
mod errors;
pub(crate) mod passwords;
pub(crate) mod service;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod users;

//! The chat contract: what it shows of accounts and sessions.

mod dto;
mod errors;
pub(crate) mod passwords;
pub(crate) mod service;
pub(crate) mod sessions;
pub(crate) mod users;

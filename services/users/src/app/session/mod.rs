//! Sessions: beginning one by a password, whose one a token is, listing and ending them, and telling
//! others that they have ended. Tokens for programs stand in `token`.

pub mod end;
pub(in crate::app) mod ended_sessions;
pub(in crate::app) mod last_uses;
pub mod list;
pub mod log_in;
mod login_failures;
pub mod resolve;

//! Sessions: beginning one by a password, whose one a token is, listing and ending them, and telling
//! others that they have ended. Tokens for programs stand in `token`.

mod begin;
pub(crate) mod begin_first;
pub(crate) mod end;
pub(in crate::app) mod ended_sessions;
pub(in crate::app) mod last_uses;
pub(crate) mod list;
pub(crate) mod log_in;
pub(in crate::app) mod login_failures;
pub(crate) mod resolve;

//! Accounts: making, finding, locking and changing them, their passwords, and what others read of
//! them by cursor or by key. Proving who one is stands in `session` and `token`.

pub mod change_password;
pub mod create_account;
pub mod create_user;
pub mod decide;
pub mod find;
pub(in crate::app) mod hashing;
pub mod lock;
pub(crate) mod made_acts;
pub mod read_events;
pub mod search;
pub mod set_email;
pub mod set_password;
pub mod set_super_user;

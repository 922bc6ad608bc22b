//! Accounts: making, finding, locking and changing them, their passwords, and what others read of
//! them by cursor or by key. Proving who one is stands in `session` and `token`.

pub(crate) mod audit;
pub(crate) mod change_password;
pub(in crate::app) mod confirm_password;
pub(crate) mod create_account;
pub(crate) mod create_user;
pub(crate) mod decide;
pub(crate) mod delete_account;
pub(crate) mod departures;
pub(crate) mod end_sessions;
pub(crate) mod find;
pub(in crate::app) mod hashing;
pub(crate) mod hold_link;
pub(crate) mod lock;
pub(crate) mod made_acts;
pub(crate) mod make_reset_link;
pub(crate) mod own_account;
pub(crate) mod read_events;
pub(crate) mod reset_password;
pub(in crate::app) mod rights;
pub(crate) mod search;
pub(crate) mod set_email;
pub(crate) mod set_password;
pub(crate) mod set_super_user;

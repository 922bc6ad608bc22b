//! The rows that every kind shares: invitations and their uses, how they end, and what the service
//! keeps for itself. What one kind adds to an invitation stands in the folder of its noun.

pub(crate) mod acts;
pub(crate) mod claims;
pub(crate) mod cursors;
pub(crate) mod departed;
pub(crate) mod edits;
pub(crate) mod endings;
pub(crate) mod grants;
pub(crate) mod inbox;
pub(crate) mod invitations;
mod is_open;
pub(crate) mod issuers;
pub(crate) mod listed;
pub(crate) mod made;
pub(crate) mod own;
pub(crate) mod renewals;
pub(crate) mod requests;
pub(crate) mod seal_check;
pub(crate) mod secrets;
pub(crate) mod texts;

//! Reading the record of every kind: the story of one invitation, who came because of whom, and
//! whether the ledger fits what is there. Nothing here changes an invitation.

pub(crate) mod check;
pub(crate) mod find_shown;
pub(crate) mod show_invitation;
pub(crate) mod show_tree;

//! Reading the record of every kind: the story of one invitation, who came because of whom, and
//! whether the ledger fits what is there. Nothing here changes an invitation.

pub mod check;
pub mod find_shown;
pub mod show_invitation;
pub mod show_tree;

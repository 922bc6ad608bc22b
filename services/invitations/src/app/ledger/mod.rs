//! Reading the record of every kind: the story of one invitation, who came because of whom, and
//! whether the ledger fits what is there; and the operator's word that ends one.

pub(crate) mod check;
pub(crate) mod find_shown;
pub(crate) mod list_invitations;
pub(crate) mod read_audit;
pub(crate) mod revoke;
pub(crate) mod show_invitation;
pub(crate) mod show_tree;

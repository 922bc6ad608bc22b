//! Namespaces, who collaborates in their trees, and the invitations to do so. Everything of a
//! namespace lies in this service, so that accepting is one transaction.

pub(crate) mod accept_invitation;
pub(crate) mod collaborators;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod end_collaborations;
pub(crate) mod end_invitation;
pub(crate) mod find;
pub(crate) mod invite;
pub(crate) mod join_by_secret;
pub(crate) mod list;
pub(crate) mod list_invitations;
pub(crate) mod page;
pub(crate) mod view;

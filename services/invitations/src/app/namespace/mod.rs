//! Namespaces, who collaborates in their trees, and the invitations to do so. Everything of a
//! namespace lies in this service, so that accepting is one transaction.

pub mod accept_invitation;
pub mod collaborators;
pub mod create;
pub mod delete;
pub mod edit;
pub mod end_invitation;
pub mod find;
pub mod invite;
pub mod list;
pub mod list_invitations;
pub mod view;

//! The only SQL of this service.

pub mod claims;
pub mod collaborators;
pub mod cursors;
pub mod endings;
pub mod invitations;
pub mod ledger;
pub mod namespaces;
pub mod schema;
pub mod seal_check;

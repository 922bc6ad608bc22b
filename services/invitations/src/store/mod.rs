//! The only SQL of this service.

pub mod choir_keys;
pub mod choirs;
pub mod claims;
pub mod collaborators;
pub mod cursors;
pub mod endings;
pub mod group_members;
pub mod groups;
pub mod invitations;
pub mod join_requests;
pub mod ledger;
pub mod namespaces;
pub mod schema;
pub mod seal_check;

//! The only SQL of this service.

pub(crate) mod choir;
pub(crate) mod engine;
pub(crate) mod group;
pub(crate) mod ledger;
pub(crate) mod namespace;
pub(crate) mod schema;

//! The only SQL of this service.

pub(crate) mod links;
pub(crate) mod schema;

//! The only SQL of this service.

pub mod links;
pub mod schema;

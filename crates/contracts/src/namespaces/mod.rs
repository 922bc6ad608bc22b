//! The namespace contract: invites into trees of namespaces, with scoped API tokens.

mod error;

pub use self::error::{FieldsError, message};

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

//! The namespace contract: invites into trees of namespaces, with scoped API tokens.

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

//! The group contract: groups, their members, and requests to come in, in Portuguese.

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

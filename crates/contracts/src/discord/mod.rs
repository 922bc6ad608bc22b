//! The Discord contract: one invite link per user.

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

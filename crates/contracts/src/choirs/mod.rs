//! The choir contract: invitations by e-mail behind an API key, and the keys.

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

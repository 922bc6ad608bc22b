//! The chat contract: accounts, sessions, channels, messages, and invitations to both.

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

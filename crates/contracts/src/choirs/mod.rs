//! The choir contract: invitations by e-mail behind an API key, and the keys.

mod error;

pub use self::error::ChoirError;

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

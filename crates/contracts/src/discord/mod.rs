//! The Discord contract: one invite link per user.

mod error;

pub use self::error::{BadQuery, DIALECT, LinksRefusal, MakeRefusal, NoSuccess, ReadRefusal};

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

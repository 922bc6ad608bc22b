//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod error;

pub use self::error::{GroupError, GroupJson, GroupJsonOrNothing, GroupPath, GroupQuery};

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

//! Databases that belong together know it: each holds the id of its installation, and the highest numbers
//! that the others have given out. So a database of another installation, an empty one beside filled ones
//! and an older copy of one are found out before anybody gets what was somebody else's.
//!
//! Here is what follows from what databases hold; reading and writing it stands in [`crate::db`].

mod judge;
mod numbers;

pub use self::judge::{Look, Mix, judge};
pub use self::numbers::{Behind, Numbers};

/// Numbers of another service's that a database holds in its rows, whatever it was told of them.
#[derive(Debug, Clone, Copy)]
pub struct Refers {
    /// What they are numbers of: `SERVICE.TABLE`.
    pub to: &'static str,
    /// Where they stand; a database of an older version may not have it.
    pub table: &'static str,
    /// Selects the highest of them as `last`, on either database, and is quick.
    pub query: &'static str,
}

/// An id for a new installation.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The first words of an id: enough to tell two apart.
pub fn short(id: &str) -> &str {
    id.split_once('-').map_or(id, |(first, _)| first)
}

//! Questions with more than one member, as they travel.

use serde::{Deserialize, Serialize};

/// A piece of a list or of an outbox.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Page<K> {
    pub(crate) after: K,
    pub(crate) limit: i64,
}

//! What channels holds of somebody, in pieces, for the archive that people take along.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use serde::{Deserialize, Serialize};

use super::id::ChannelId;

/// Whose, and behind which number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAsk {
    /// Whose.
    pub user: UserId,
    /// Where the piece before ended; 0 for the first.
    pub after: i64,
}

/// Some of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPiece<T> {
    /// In the order of their numbers; may be none although there are more.
    pub rows: Vec<T>,
    /// Behind which number to go on; `None` at the end.
    pub next: Option<i64>,
}

/// A message that somebody has written, be they still in its channel or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnMessage {
    /// Its number.
    pub id: i64,
    /// Where it was written.
    pub channel: ChannelId,
    /// What it is: `text`, or what the server wrote of what they did.
    pub kind: String,
    /// What it says.
    pub content: Option<String>,
    /// When it was sent.
    pub sent_at: Millis,
}

//! Messages: what they are and what may stand in one.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::SqlNow;
use latchkey_common::{id_type, page, text, text_enum};
use latchkey_peers::channels::ChannelId;

id_type! {
    /// A message. One sequence for all channels; within a channel, later messages have higher ids.
    MessageId
}

text_enum! {
    /// What a message is. Only `text` comes from clients.
    MessageType {
        /// Somebody said something.
        Text = "text",
        /// The channel was made; no content.
        ChannelCreate = "channel-create",
        /// The channel was renamed; the content is the new name.
        ChannelRename = "channel-rename",
    }
}

/// Bytes of JSON around a message's texts: the names of its members, and numbers.
const AROUND: usize = 140;

/// The longest message, in characters.
const MAX_CHARS: usize = 4_000;

/// What somebody says: 1 to 4,000 characters, none of them NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content(String);

impl Content {
    /// `None` when the text cannot be sent.
    pub(crate) fn parse(text: String) -> Option<Self> {
        let fits = text::has_length(&text, 1, MAX_CHARS) && !text.contains('\0');
        fits.then_some(Self(text))
    }

    /// The text.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// What is said, and by whom: a message before it is written. `Queryable` fills it by column order;
/// which columns those are, the store says. Whoever writes or shows it takes it apart whole, so that
/// no part is forgotten.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Said {
    pub(crate) user: UserId,
    pub(crate) username: String,
    pub(crate) kind: MessageType,
    pub(crate) content: Option<String>,
}

/// What somebody wants to say, and where.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) channel: ChannelId,
    pub(crate) said: Said,
    pub(crate) now: SqlNow,
}

impl Draft {
    /// As it is kept under this id.
    pub(crate) fn kept(self, id: MessageId) -> Message {
        Message {
            id,
            said: self.said,
            created_at: self.now.process(),
        }
    }
}

/// Which messages of a channel somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) channel: ChannelId,
    /// Only messages older than this one.
    pub(crate) before: Option<MessageId>,
    pub(crate) limit: i64,
    /// Only messages of these types, so none at all for none; `None` for every type.
    pub(crate) types: Option<Vec<MessageType>>,
}

/// A message as it is kept.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) said: Said,
    pub(crate) created_at: Millis,
}

impl Message {
    /// Bytes that it takes as JSON, in an answer.
    pub(crate) fn written(&self) -> usize {
        let Said {
            user: _,
            username,
            kind: _,
            content,
        } = &self.said;
        let content = content.as_deref().map_or(0, page::written);
        AROUND + page::written(username) + content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_text_of_some_length() {
        for good in [" ", "hello\nthere", &"ä".repeat(4_000)] {
            assert!(Content::parse(good.to_owned()).is_some(), "{good:?}");
        }
        for bad in ["", "a\0b", &"ä".repeat(4_001)] {
            assert!(Content::parse(bad.to_owned()).is_none(), "{bad:?}");
        }
    }
}

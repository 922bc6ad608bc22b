//! A channel and its name.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::text;
use latchkey_peers::channels::{ChannelId, ChannelType, Membership, Permissions};

use super::message::MessageId;

/// A name that a channel may have: a [name](text::is_name) of 4 to 32 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChannelName(String);

impl ChannelName {
    /// `None` when the text cannot be a channel's name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text::is_name(text, 4, 32).then(|| Self(text.to_owned()))
    }

    /// The name as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared.
    pub(crate) fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

/// A channel to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewChannel {
    pub(crate) name: ChannelName,
    pub(crate) channel_type: ChannelType,
}

/// A channel that is open, as it stands while its row is held.
#[derive(Debug, Clone)]
pub(crate) struct OpenChannel {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) channel_type: ChannelType,
    pub(crate) owner: UserId,
    pub(crate) last_message: MessageId,
}

impl OpenChannel {
    /// The membership of somebody who comes in now and has read nothing.
    pub(crate) fn membership(&self, permissions: Permissions, now: Millis) -> Membership {
        Membership {
            channel: self.id,
            name: self.name.clone(),
            channel_type: self.channel_type,
            permissions,
            owner: self.owner,
            last_message: self.last_message.0,
            last_read: 0,
            joined_at: now,
        }
    }
}

/// A public channel that a search found.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) channel_type: ChannelType,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_four_to_thirty_two_visible_characters() {
        for good in ["News", "a/b?", "Zoë und Ömer", &"x".repeat(32)] {
            assert!(ChannelName::parse(good).is_some(), "{good:?}");
        }
        for bad in [
            "",
            "abc",
            "    ",
            " News",
            "News ",
            "Ne\0ws",
            "Ne\u{202e}ws",
            "Ne\nws",
            "\u{3164}\u{3164}\u{3164}\u{3164}",
            &"x".repeat(33),
        ] {
            assert!(ChannelName::parse(bad).is_none(), "{bad:?}");
        }
    }
}

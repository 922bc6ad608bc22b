//! What happened in a channel, and whom it concerns: facts, in no contract's words.

use latchkey_common::auth::UserId;
use latchkey_common::text_enum;
use latchkey_peers::channels::{ChannelId, Membership};

use super::message::{Message, MessageId};

text_enum! {
    /// What happened, as the outbox spells it.
    EventKind {
        /// A message was sent.
        Message = "channel-message",
        /// The channel has another name.
        Rename = "channel-rename",
        /// Somebody became a member.
        Join = "channel-join",
        /// A member left.
        Leave = "channel-leave",
        /// A member was removed.
        Remove = "channel-remove",
        /// The last member left.
        Closed = "channel-closed",
    }
}

/// What happened, with whatever may be otherwise by the time that it is told.
#[derive(Debug, Clone)]
pub(crate) enum Fact {
    /// A message was sent, the author's own included, while the channel had this name. A message never
    /// changes, so it is read where it lies.
    Message {
        message: MessageId,
        channel_name: String,
    },
    /// The channel was given this name.
    Rename { channel_name: String },
    /// Somebody became a member, and the channel was this to that one.
    Join(Membership),
    /// A member left.
    Leave,
    /// A member was removed.
    Remove,
    /// The last member left, and the channel is closed: other services read it.
    Closed,
}

impl Fact {
    /// Its kind.
    pub(crate) const fn kind(&self) -> EventKind {
        match self {
            Self::Message { .. } => EventKind::Message,
            Self::Rename { .. } => EventKind::Rename,
            Self::Join(_) => EventKind::Join,
            Self::Leave => EventKind::Leave,
            Self::Remove => EventKind::Remove,
            Self::Closed => EventKind::Closed,
        }
    }

    /// True for what concerns nobody but whom it is about; everything else is for everybody who is a
    /// member at it.
    pub(crate) const fn is_personal(&self) -> bool {
        matches!(self, Self::Join(_) | Self::Leave | Self::Remove)
    }
}

/// An event to be written beside the change that it tells of.
#[derive(Debug, Clone)]
pub(crate) struct NewEvent {
    pub(crate) channel: ChannelId,
    /// Whom it is about.
    pub(crate) user: UserId,
    pub(crate) fact: Fact,
}

/// An event as it is read back.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Compares within a channel with the events of joining and leaving.
    pub(crate) id: i64,
    /// The place in the outbox.
    pub(crate) position: i64,
    pub(crate) channel: ChannelId,
    /// `None`: everybody who is a member at this event.
    pub(crate) recipient: Option<UserId>,
    /// Whom it is about.
    pub(crate) user: UserId,
    pub(crate) fact: Fact,
    /// The message of [`Fact::Message`]; `None` where it is there no more.
    pub(crate) message: Option<Message>,
}

/// Which part of the outbox is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Everything up to this position is deleted.
    pub(crate) purged_through: i64,
    /// The position of the newest event.
    pub(crate) head: i64,
}

impl Kept {
    /// True when everything after `position` is still there, and `position` has been given out.
    pub(crate) const fn continues(self, position: i64) -> bool {
        self.purged_through <= position && position <= self.head
    }
}

/// A time of membership: events of the channel after the one of joining, up to the one of leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) channel: ChannelId,
    pub(crate) user: UserId,
    pub(crate) joined_event: i64,
    pub(crate) left_event: Option<i64>,
}

impl Seat {
    /// True when an event of this channel with this id happened during the membership.
    pub(crate) fn covers(&self, event: i64) -> bool {
        self.joined_event < event && self.left_event.is_none_or(|left| event <= left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_covers_what_lies_between() {
        let mut seat = Seat {
            channel: ChannelId(1),
            user: UserId(1),
            joined_event: 5,
            left_event: None,
        };
        assert!(!seat.covers(5) && seat.covers(6) && seat.covers(900));
        seat.left_event = Some(8);
        assert!(seat.covers(8) && !seat.covers(9));
    }
}

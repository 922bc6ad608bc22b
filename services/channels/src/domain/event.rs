//! What happened in a channel, and whom it concerns.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::text_enum;
use latchkey_peers::channels::{ChannelId, Membership};
use serde::Serialize;

use super::message::{Draft, Message, MessageId};
use super::shapes::{MessageShape, UserChannel};

text_enum! {
    /// What happened. All but the last are names of live events.
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
        /// The last member left: no stream shows it, other services read it.
        Closed = "channel-closed",
    }
}

impl EventKind {
    /// True for what a live stream shows.
    pub(crate) const fn is_shown(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// An event to be written beside the change that it tells of.
#[derive(Debug, Clone)]
pub(crate) struct NewEvent {
    pub(crate) channel: ChannelId,
    pub(crate) kind: EventKind,
    /// `None`: everybody who is a member at this event.
    pub(crate) recipient: Option<UserId>,
    /// Whom it is about.
    pub(crate) user: UserId,
    /// The `data` of a live stream: one JSON object on one line.
    pub(crate) payload: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    channel_id: ChannelId,
    channel_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bare {
    channel_id: ChannelId,
}

#[derive(Serialize)]
struct Sent<'a> {
    #[serde(flatten)]
    message: MessageShape,
    #[serde(flatten)]
    channel: Named<'a>,
}

impl NewEvent {
    /// `message` was sent in the channel that is called `name` from now on. For all members, the
    /// author included.
    pub(crate) fn message(channel: ChannelId, name: &str, message: Message) -> Self {
        let user = message.user;
        let payload = sent(channel, name, message);
        Self::new(channel, EventKind::Message, None, user, payload)
    }

    /// The payload of [`NewEvent::message`] without its ends, for a statement that knows them better:
    /// it puts `{"messageId":` and the number before, and the channel's name and `}` behind.
    pub(crate) fn message_middle(channel: ChannelId, draft: &Draft, now: Millis) -> String {
        let payload = sent(channel, "", draft.sent(MessageId(0), now));
        let middle = payload
            .strip_prefix(r#"{"messageId":0"#)
            .and_then(|rest| rest.strip_suffix(r#"""}"#));
        middle.unwrap_or_default().to_owned()
    }

    /// `user` called the channel `name`. For all members.
    pub(crate) fn rename(channel: ChannelId, name: &str, user: UserId) -> Self {
        let payload = json(&Named {
            channel_id: channel,
            channel_name: name,
        });
        Self::new(channel, EventKind::Rename, None, user, payload)
    }

    /// `user` became a member. For that user alone.
    pub(crate) fn join(membership: &Membership, user: UserId) -> Self {
        let payload = json(&UserChannel::from(membership));
        Self::new(
            membership.channel,
            EventKind::Join,
            Some(user),
            user,
            payload,
        )
    }

    /// `user` left. For that user alone.
    pub(crate) fn leave(channel: ChannelId, user: UserId) -> Self {
        Self::bare(channel, EventKind::Leave, Some(user), user)
    }

    /// `user` was removed. For that user alone.
    pub(crate) fn remove(channel: ChannelId, user: UserId) -> Self {
        Self::bare(channel, EventKind::Remove, Some(user), user)
    }

    /// The channel is closed, because `user` was the last to leave.
    pub(crate) fn closed(channel: ChannelId, user: UserId) -> Self {
        Self::bare(channel, EventKind::Closed, None, user)
    }

    fn bare(channel: ChannelId, kind: EventKind, recipient: Option<UserId>, user: UserId) -> Self {
        let payload = json(&Bare {
            channel_id: channel,
        });
        Self::new(channel, kind, recipient, user, payload)
    }

    const fn new(
        channel: ChannelId,
        kind: EventKind,
        recipient: Option<UserId>,
        user: UserId,
        payload: String,
    ) -> Self {
        Self {
            channel,
            kind,
            recipient,
            user,
            payload,
        }
    }
}

fn sent(channel: ChannelId, name: &str, message: Message) -> String {
    json(&Sent {
        message: message.into(),
        channel: Named {
            channel_id: channel,
            channel_name: name,
        },
    })
}

/// Plain structs of numbers and texts: writing them cannot fail.
fn json(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).unwrap_or_default()
}

/// An event as it is read back.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Compares within a channel with the events of joining and leaving.
    pub(crate) id: i64,
    /// The place in the outbox.
    pub(crate) position: i64,
    pub(crate) channel: ChannelId,
    pub(crate) kind: EventKind,
    pub(crate) recipient: Option<UserId>,
    pub(crate) user: UserId,
    pub(crate) payload: String,
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
    use latchkey_peers::channels::{ChannelType, Permissions};

    use super::*;
    use crate::domain::member::Person;
    use crate::domain::message::{Content, MessageType};

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

    #[test]
    fn payloads_are_the_contracts_shapes() {
        let message = Message {
            id: MessageId(21),
            user: UserId(1),
            username: "startuser".to_owned(),
            kind: MessageType::Text,
            content: Some("two\nlines".to_owned()),
            created_at: Millis(1_732_470_877_123),
        };
        assert_eq!(
            NewEvent::message(ChannelId(11), "News", message).payload,
            r#"{"messageId":21,"userId":1,"username":"startuser","type":"text","content":"two\nlines","timestamp":1732470877,"channelId":11,"channelName":"News"}"#
        );
        let draft = Draft {
            author: Person {
                id: UserId(1),
                username: "startuser".to_owned(),
            },
            content: Content::parse(r#""}"#.to_owned()).unwrap(),
        };
        assert_eq!(
            NewEvent::message_middle(ChannelId(11), &draft, Millis(1_732_470_877_123)),
            r#","userId":1,"username":"startuser","type":"text","content":"\"}","timestamp":1732470877,"channelId":11,"channelName":"#
        );
        let membership = Membership {
            channel: ChannelId(7),
            name: "News".to_owned(),
            channel_type: ChannelType::Public,
            permissions: Permissions::PUBLIC_JOIN,
            owner: UserId(1),
            last_message: 15,
            last_read: 0,
            joined_at: Millis(1_732_466_190_000),
        };
        assert_eq!(
            NewEvent::join(&membership, UserId(2)).payload,
            r#"{"channelId":7,"channelName":"News","channelType":"public","channelPerms":["read","write","invite"],"channelOwner":1,"lastMessage":15,"lastRead":0,"joinedAt":1732466190}"#
        );
    }
}

//! The two shapes that the chat contract shows both in answers and in live events. Everything else of
//! the wire stands in `dto`.

use latchkey_common::auth::UserId;
use latchkey_peers::channels::{ChannelId, ChannelType, Membership, Permissions};
use serde::Serialize;

use crate::domain::message::{Message, MessageId, MessageType};

/// A channel from the point of view of one member. Times in whole seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserChannel {
    channel_id: ChannelId,
    channel_name: String,
    channel_type: ChannelType,
    channel_perms: Permissions,
    channel_owner: UserId,
    last_message: i64,
    last_read: i64,
    joined_at: i64,
}

impl From<&Membership> for UserChannel {
    fn from(membership: &Membership) -> Self {
        Self {
            channel_id: membership.channel,
            channel_name: membership.name.clone(),
            channel_type: membership.channel_type,
            channel_perms: membership.permissions,
            channel_owner: membership.owner,
            last_message: membership.last_message,
            last_read: membership.last_read,
            joined_at: membership.joined_at.seconds(),
        }
    }
}

/// A message. Time in whole seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageShape {
    message_id: MessageId,
    user_id: UserId,
    username: String,
    #[serde(rename = "type")]
    message_type: MessageType,
    content: Option<String>,
    timestamp: i64,
}

impl From<Message> for MessageShape {
    fn from(message: Message) -> Self {
        Self {
            message_id: message.id,
            user_id: message.user,
            username: message.username,
            message_type: message.kind,
            content: message.content,
            timestamp: message.created_at.seconds(),
        }
    }
}

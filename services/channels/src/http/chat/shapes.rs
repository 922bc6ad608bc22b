//! The shape that this service shows both in answers and in live events. Everything else of the wire
//! stands in `dto`.

use latchkey_common::auth::UserId;
use serde::Serialize;

use crate::domain::message::{Message, MessageId, MessageType};

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

//! Saying something in a channel: the hot path. No question to another service.

use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::ChannelId;

use super::App;
use crate::domain::event::NewEvent;
use crate::domain::member::Person;
use crate::domain::message::{Content, Message, MessageType};
use crate::store::saying;

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("no such channel")]
    ChannelNotFound,
    #[error("not a member who may write")]
    NoPermission,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(SendError);

/// Sends a text. It is the channel's newest message and read by its author.
pub(crate) async fn send_message(
    app: &App,
    me: Person,
    channel: ChannelId,
    content: Content,
) -> Result<Message, SendError> {
    let now = app.db.clock().now();
    let message = app
        .db
        .write(move |conn| {
            let channel = saying::next_message(conn, channel)?.ok_or(SendError::ChannelNotFound)?;
            let message = Message {
                id: channel.last_message,
                user: me.id,
                username: me.username,
                kind: MessageType::Text,
                content: Some(content.into_string()),
                created_at: now,
            };
            let event = NewEvent::message(channel.id, &channel.name, message.clone());
            if saying::say(conn, channel.id, &message, &event, now)? {
                Ok(message)
            } else {
                Err(SendError::NoPermission)
            }
        })
        .await?;
    app.feed.written();
    Ok(message)
}

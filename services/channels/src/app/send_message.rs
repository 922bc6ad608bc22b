//! Saying something in a channel: the hot path. Six statements, and no question to another service.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission};

use super::App;
use crate::domain::event::NewEvent;
use crate::domain::message::{Content, Message, MessageType};
use crate::store::messages::{self, NewMessage};
use crate::store::{channels, members, outbox};

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
    me: UserId,
    channel: ChannelId,
    content: Content,
) -> Result<Message, SendError> {
    let now = app.db.clock().now();
    let message = app
        .db
        .write(move |conn| {
            let channel = channels::lock(conn, channel)?.ok_or(SendError::ChannelNotFound)?;
            let new = NewMessage {
                channel: channel.id,
                author: me,
                message_type: MessageType::Text,
                content: Some(content.into_string()),
                now,
            };
            let message = messages::insert(conn, new, Permission::Write)?
                .ok_or(SendError::NoPermission)?;
            channels::set_last_message(conn, channel.id, message.id)?;
            members::set_last_read(conn, channel.id, me, message.id)?;
            let event = NewEvent::message(channel.id, &channel.name, message.clone());
            outbox::append(conn, &event, now)?;
            Ok::<_, SendError>(message)
        })
        .await?;
    app.feed.written();
    Ok(message)
}

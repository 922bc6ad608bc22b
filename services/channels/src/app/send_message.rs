//! Saying something in a channel: the hot path. No question to another service.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::ChannelId;

use super::App;
use crate::domain::member::Relation;
use crate::domain::message::{Message, Said};
use crate::store::members::relation;
use crate::store::saying::say;

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

/// Sends a text, for a call that may have a key. It is the channel's newest message and read by its author.
pub(crate) async fn send_message(
    app: &App,
    channel: ChannelId,
    said: Said,
    once: Option<Once<Message>>,
) -> Result<Made<Message>, CallError<SendError>> {
    let (now, author) = (app.db.clock().now(), said.user);
    let written = app
        .db
        .for_new()
        .single_once(once, move |conn| say(conn, channel, said, now))
        .await
        .map_err(|error| error.map(SendError::Fault))?;
    let Some(message) = written else {
        return Err(CallError::Refused(refusal(app, channel, author).await?));
    };
    app.feed.written();
    Ok(message)
}

async fn refusal(app: &App, channel: ChannelId, author: UserId) -> Result<SendError, Fault> {
    let relation = app
        .db
        .look(move |conn| relation(conn, channel, author))
        .await?;
    Ok(match relation {
        Relation::NoChannel => SendError::ChannelNotFound,
        Relation::Stranger | Relation::Member(_) => SendError::NoPermission,
    })
}

//! Saying something in a channel: the hot path. No question to another service.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Permission};

use super::App;
use super::end_memberships::end_in_channel;
use crate::domain::member::Relation;
use crate::domain::message::{Draft, Message, Said};
use crate::store::members::relation;
use crate::store::saying::say;

/// How often sending is tried: each time more than the first somebody's membership has ended within it.
const TRIES: usize = 4;

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
    let author = said.user;
    for _ in 0..TRIES {
        if let Some(message) = attempt(app, channel, said.clone(), once.clone()).await? {
            app.feed.written();
            return Ok(message);
        }
        if let Some(refusal) = refusal(app, channel, author).await? {
            return Err(CallError::Refused(refusal));
        }
        // Somebody's membership has just ended, and that is to be written down first.
        end_in_channel(app, channel).await?;
    }
    Err(Fault::overloaded("memberships that end").into())
}

async fn attempt(
    app: &App,
    channel: ChannelId,
    said: Said,
    once: Option<Once<Message>>,
) -> Result<Option<Made<Message>>, CallError<SendError>> {
    let draft = Draft {
        channel,
        said,
        now: app.db.now(),
    };
    if once.is_none() && app.db.has_many_writers() {
        let (draft, id) = app.sending.change(draft).await?;
        return Ok(id.map(|id| Made::Now(draft.kept(id))));
    }
    app.db
        .for_new()
        .single_once(once, move |conn| say(conn, draft))
        .await
        .map_err(|error| error.map(SendError::Fault))
}

/// Why not; `None`: the author may.
async fn refusal(
    app: &App,
    channel: ChannelId,
    author: UserId,
) -> Result<Option<SendError>, Fault> {
    let now = app.db.now();
    let relation = app
        .db
        .look(move |conn| relation(conn, channel, author, now))
        .await?;
    Ok(match relation {
        Relation::NoChannel => Some(SendError::ChannelNotFound),
        Relation::Member(seat) if seat.permissions.contains(Permission::Write) => None,
        Relation::Stranger | Relation::Member(_) => Some(SendError::NoPermission),
    })
}

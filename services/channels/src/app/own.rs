//! What is somebody's here, in pieces, for the archive that people take along.

use latchkey_common::fault::Fault;
use latchkey_peers::channels::Membership;
use latchkey_peers::channels::own::{OwnAsk, OwnMessage, OwnPiece};

use super::App;
use crate::store::{members, own};

/// Memberships in one piece.
const CHANNELS: i64 = 500;

/// Numbers of messages that one piece goes through at most, in steps: some 100 ms of reading beside everybody else.
const STEPS: i64 = 20;

/// The channels that somebody is in.
pub(crate) async fn own_memberships(app: &App, ask: OwnAsk) -> Result<OwnPiece<Membership>, Fault> {
    let now = app.db.now();
    let rows = app
        .db
        .look(move |conn| members::of_user(conn, ask.user, Some(ask.after), CHANNELS, now))
        .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == CHANNELS);
    let next = rows.last().filter(|_| is_full).map(|last| last.channel.0);
    Ok(OwnPiece { rows, next })
}

/// What somebody has written, wherever it was.
pub(crate) async fn own_messages(app: &App, ask: OwnAsk) -> Result<OwnPiece<OwnMessage>, Fault> {
    let mut after = ask.after;
    for _ in 0..STEPS {
        let piece = app
            .db
            .look(move |conn| own::messages(conn, ask.user, after))
            .await?;
        match piece.next {
            Some(next) if piece.rows.is_empty() => after = next,
            _ => return Ok(piece),
        }
    }
    Ok(OwnPiece {
        rows: Vec::new(),
        next: Some(after),
    })
}

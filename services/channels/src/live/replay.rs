//! What a stream takes from the database: pieces of bounded size, however far it is behind.

use actix_web::web::Bytes;
use latchkey_common::auth::UserId;
use latchkey_common::db::Db;
use latchkey_common::fault::Fault;

use super::frame;
use super::renderer::Renderer;
use crate::domain::event::Kept;
use crate::store::{events, outbox};

/// Positions that one query looks through at most: bounds its time.
const SPAN: i64 = 10_000;

/// Events of one piece at most: bounds its memory (a message has up to 16 KB).
const EVENTS: i64 = 100;

/// A piece of the past.
pub(super) struct Piece {
    /// The events, ready to be sent; empty when none of them were this user's.
    pub(super) bytes: Bytes,
    /// Everything up to this position is dealt with.
    pub(super) reached: i64,
}

/// The user's events after a position and up to another, or the first of them.
pub(super) async fn piece(
    db: &Db,
    user: UserId,
    renderer: Renderer,
    after: i64,
    through: i64,
) -> Result<Piece, Fault> {
    let end = through.min(after.saturating_add(SPAN));
    db.read(move |conn| {
        let found = events::of_user(conn, user, after, end, EVENTS)?;
        let is_full = i64::try_from(found.len()).is_ok_and(|count| count >= EVENTS);
        let reached = match found.last() {
            Some(last) if is_full => last.position,
            _ => end,
        };
        Ok(Piece {
            bytes: frame::events(&found, renderer),
            reached,
        })
    })
    .await
}

/// Which part of the outbox is there.
pub(super) async fn kept(db: &Db) -> Result<Kept, Fault> {
    db.look(outbox::kept).await
}

//! What happened to invitations, requests and memberships, for programs that follow it.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::app::invitation::show::Reach;
use crate::domain::event::{Event, EventKind};
use crate::store::events::{after, purged_through};

/// Which part is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Only these kinds; empty: all.
    pub(crate) kinds: Vec<EventKind>,
    /// What comes behind this place; 0: from the oldest on.
    pub(crate) after: i64,
    /// At most so many.
    pub(crate) limit: i64,
}

/// A part of it, oldest first.
#[derive(Debug)]
pub(crate) struct Listed {
    /// The part.
    pub(crate) events: Vec<Event>,
    /// True when some of what came behind the place asked for is not kept any more.
    pub(crate) has_gap: bool,
}

/// What happened to one's own invitations and requests; to everybody's, and who is where, for those who manage all.
/// What the caller has done before is in it.
pub(crate) async fn list_events(app: &App, reach: Reach, asked: Asked) -> Result<Listed, Fault> {
    app.feed.catch_up().await?;
    app.db
        .snapshot(move |conn| {
            // From the oldest on nothing was missed.
            let has_gap = asked.after > 0 && asked.after < purged_through(conn)?;
            let owner = reach.owner();
            let events = after(conn, owner, &asked.kinds, asked.after, asked.limit)?;
            Ok(Listed { events, has_gap })
        })
        .await
}

//! How much there is of somebody, for whoever is about to delete the account.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::engine::own;

/// Channels that are counted at most.
const CHANNELS: i64 = 1_000;

/// How many of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Channels that somebody is in.
    pub(crate) channels: usize,
    /// Those of them that are theirs.
    pub(crate) owned: usize,
    /// Groups.
    pub(crate) groups: i64,
    /// Namespaces of their own.
    pub(crate) namespaces: i64,
    /// Invitations that may still let somebody in.
    pub(crate) open: i64,
    /// What waits for an answer: offers to them, and what they asked for.
    pub(crate) waiting: i64,
}

/// Counts them.
pub(crate) async fn count(app: &App, user: UserId) -> Result<Counts, Fault> {
    let channels = app.channels.memberships(user, CHANNELS).await?;
    let now = app.db.now();
    let (groups, namespaces, open, waiting) = app
        .db
        .look(move |conn| {
            Ok((
                own::count_groups(conn, user, now)?,
                own::count_namespaces(conn, user)?,
                own::count_open(conn, user, now)?,
                own::count_waiting(conn, user, now)?,
            ))
        })
        .await?;
    Ok(Counts {
        owned: channels.iter().filter(|one| one.owner == user).count(),
        channels: channels.len(),
        groups,
        namespaces,
        open,
        waiting,
    })
}

//! Who may decide about a request: whoever could make the offer that it asks for. Super users decide who gets an account.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Permissions};

use crate::app::App;
use crate::app::engine::standing::standing;
use crate::domain::group::{GroupId, WhichGroup};
use crate::domain::kind::Kind;
use crate::domain::namespace::NamespaceId;
use crate::store::group::{group_members, groups};
use crate::store::namespace::namespaces;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Wanted {
    /// What it leads into.
    pub(in crate::app) kind: Kind,
    /// The number of that.
    pub(in crate::app) target: Option<i64>,
    /// What it gives, in its kind's encoding.
    pub(in crate::app) grants: i64,
}

/// Somebody may decide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) struct Right {
    /// In a channel, the event that their membership began with.
    pub(in crate::app) since: Option<i64>,
}

/// The right of `me`, if they have it.
pub(in crate::app) async fn right_over(
    app: &App,
    me: UserId,
    wanted: Wanted,
) -> Result<Option<Right>, Fault> {
    if wanted.kind == Kind::Channel {
        let Some(channel) = wanted.target else {
            return Ok(None);
        };
        let seats = standing(app, ChannelId(channel), &[me]).await?;
        let seat = seats.and_then(|one| one.seats.first().copied().flatten());
        let granted = Permissions::from_bits(wanted.grants);
        let may = seat.filter(|seat| seat.may_grant(granted));
        return Ok(may.map(|seat| Right {
            since: Some(seat.since),
        }));
    }
    if wanted.kind == Kind::Registration {
        let found = app.users.by_ids(vec![me]).await?.pop();
        let may = found.filter(|one| one.is_super_user && !one.is_locked);
        return Ok(may.map(|_| Right::default()));
    }
    let now = app.db.now();
    let may = app
        .db
        .read(move |conn| has_right_here(conn, me, wanted, now));
    Ok(may.await?.then(Right::default))
}

/// The same for what is kept in this database. Of a channel, and of who may let people into the site itself, nothing is
/// known here.
pub(in crate::app) fn has_right_here(
    conn: &mut Conn,
    me: UserId,
    wanted: Wanted,
    now: SqlNow,
) -> Result<bool, Fault> {
    Ok(match (wanted.kind, wanted.target) {
        (Kind::Group, Some(id)) => {
            let group = groups::find(conn, &WhichGroup::Id(GroupId(id)))?;
            group.is_some() && group_members::is_admin(conn, GroupId(id), me, now)?
        }
        (Kind::Namespace, Some(id)) => {
            let found = namespaces::by_ids(conn, &[NamespaceId(id)])?.pop();
            found.is_some_and(|one| one.owner_id == me)
        }
        (Kind::Group | Kind::Namespace | Kind::Channel | Kind::Registration | Kind::Choir, _) => {
            false
        }
    })
}

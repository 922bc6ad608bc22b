//! The outbox: what happened to accounts.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{on, text_enum};
use latchkey_peers::events::{UserEvent, UserEventKind};

use super::PURGE_BATCH;
use super::schema::events;

text_enum! {
    /// What may happen to an account, as the column spells it.
    Kind {
        /// It was made.
        Created = "created",
        /// An operator locked it.
        Locked = "locked",
        /// An operator unlocked it.
        Unlocked = "unlocked",
        /// An operator unmade a super user.
        Demoted = "demoted",
    }
}

impl From<Kind> for UserEventKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Created => Self::Created,
            Kind::Locked => Self::Locked,
            Kind::Unlocked => Self::Unlocked,
            Kind::Demoted => Self::Demoted,
        }
    }
}

/// Writes an event, in the transaction of what it tells.
pub(crate) fn write(conn: &mut Conn, user: UserId, kind: Kind, now: SqlNow) -> QueryResult<()> {
    let row = (
        events::user_id.eq(user),
        events::kind.eq(kind),
        events::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(events::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// Events behind a position, in their order.
pub(crate) fn after(conn: &mut Conn, position: i64, limit: i64) -> QueryResult<Vec<UserEvent>> {
    let rows: Vec<(Option<i64>, UserId, Kind)> = on!(conn, |c| events::table
        .filter(events::position.gt(position))
        .order(events::position)
        .limit(limit)
        .select((events::position, events::user_id, events::kind))
        .load(c))?;
    let event = |(position, user, kind): (Option<i64>, UserId, Kind)| {
        Some(UserEvent {
            position: position?,
            user,
            kind: kind.into(),
        })
    };
    Ok(rows.into_iter().filter_map(event).collect())
}

/// Deletes some events written before a moment, and answers how many. One without a position has
/// been read by nobody and stays.
pub(crate) fn purge(conn: &mut Conn, before: SqlNow) -> QueryResult<usize> {
    let old: Vec<i64> = on!(conn, |c| events::table
        .filter(events::created_at.lt(before))
        .filter(events::position.is_not_null())
        .order(events::created_at)
        .limit(PURGE_BATCH)
        .select(events::id)
        .load(c))?;
    on!(conn, |c| diesel::delete(
        events::table.filter(events::id.eq_any(&old))
    )
    .execute(c))
}

//! From whom somebody takes no invitations.

use diesel::dsl::exists;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use crate::domain::block::{Block, BlockId};
use crate::store::engine::made::{Part, in_part};
use crate::store::schema::blocks;

columns! {
    /// The columns of a [`Block`], in its order.
    BLOCK: blocks::id, blocks::blocked_id, blocks::created_at
}

/// `user` takes none from `blocked` from now on. The row, made now or before. Waits for those who are about to invite
/// this person, and lets nobody do so until it is committed: what is invited after that has seen it.
pub(crate) fn insert(
    conn: &mut Conn,
    user: UserId,
    blocked: UserId,
    now: SqlNow,
) -> QueryResult<Block> {
    hold(conn, "pg_advisory_xact_lock", user)?;
    let row = (
        blocks::user_id.eq(user),
        blocks::blocked_id.eq(blocked),
        blocks::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(blocks::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    on!(conn, |c| blocks::table
        .filter(blocks::user_id.eq(user))
        .filter(blocks::blocked_id.eq(blocked))
        .select(BLOCK)
        .first(c))
}

/// True when `user` takes no invitation from `issuer`. It stays so until the end of the transaction, which makes the
/// invitation.
pub(crate) fn stops(conn: &mut Conn, user: UserId, issuer: UserId) -> QueryResult<bool> {
    hold(conn, "pg_advisory_xact_lock_shared", user)?;
    on!(conn, |c| diesel::select(exists(
        blocks::table
            .filter(blocks::user_id.eq(user))
            .filter(blocks::blocked_id.eq(issuer))
    ))
    .get_result(c))
}

/// Holds what a person takes, until the transaction ends. A statement that looked and wrote at once would not do: it
/// sees what was committed when it began. `SQLite` has one writer anyway.
fn hold(conn: &mut Conn, lock: &'static str, user: UserId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => {
            diesel::sql_query(format!("SELECT {lock}('blocks'::regclass::oid::int, $1)"))
                .bind::<diesel::sql_types::Integer, _>(
                    i32::try_from(user.0 % 2_000_000_000).unwrap_or(0),
                )
                .execute(c)
                .map(drop)
        }
    }
}

/// Those of a person.
pub(crate) fn list(conn: &mut Conn, user: UserId, part: Part) -> QueryResult<Vec<Block>> {
    on!(conn, |c| {
        let found = blocks::table
            .filter(blocks::user_id.eq(user))
            .select(BLOCK)
            .into_boxed();
        in_part!(found, blocks::id, BlockId, part).load(c)
    })
}

/// `user` takes them again. False when nothing stood in the way.
pub(crate) fn remove(conn: &mut Conn, user: UserId, blocked: UserId) -> QueryResult<bool> {
    on!(conn, |c| diesel::delete(
        blocks::table
            .filter(blocks::user_id.eq(user))
            .filter(blocks::blocked_id.eq(blocked))
    )
    .execute(c))
    .map(|rows| rows == 1)
}

/// Forgets whom somebody has blocked, and who has blocked them.
pub(crate) fn forget(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(blocks::table.filter(
        blocks::user_id.eq(user).or(blocks::blocked_id.eq(user))
    ))
    .execute(c))
    .map(drop)
}

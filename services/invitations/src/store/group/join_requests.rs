//! What the group contract shows of an invitation to a group. One that was deleted, that ended
//! because its ground was gone, or whose group is deleted is invisible to everything here; the
//! invitation itself stays for the ledger.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use super::groups::GROUP;
use crate::domain::group::GroupId;
use crate::domain::invitation::{InvitationId, State};
use crate::domain::join_request::{JoinRequest, Word, Words};
use crate::domain::kind::{Direction, Kind};
use crate::store::engine::invitations::INVITATION;
use crate::store::schema::{groups as g, invitations as i, join_requests as j};

columns! {
    WORDS: j::uuid, j::message, j::word, j::updated_at
}

/// The states that the contract knows.
const SHOWN: [State; 3] = [State::Open, State::Accepted, State::Declined];

/// Puts the contract's row beside a new invitation. It has changed when it was made.
pub(crate) fn insert(
    conn: &mut Conn,
    id: InvitationId,
    message: Option<&str>,
) -> QueryResult<Words> {
    let made_at = on!(conn, |c| i::table
        .find(id)
        .select(i::created_at)
        .first::<i64>(c))?;
    let row = (
        j::invitation_id.eq(id),
        j::uuid.eq(uuid::Uuid::new_v4().to_string()),
        j::message.eq(message),
        j::updated_at.eq(made_at),
    );
    on!(conn, |c| diesel::insert_into(j::table)
        .values(row)
        .returning(WORDS)
        .get_result(c))
}

/// The invitation behind what the contract shows, whatever became of it. For the ledger.
pub(crate) fn invitation_of(conn: &mut Conn, uuid: &str) -> QueryResult<Option<InvitationId>> {
    on!(conn, |c| j::table
        .filter(j::uuid.eq(uuid))
        .select(j::invitation_id)
        .first(c)
        .optional())
}

/// One, by what the contract shows.
pub(crate) fn find(conn: &mut Conn, uuid: &str) -> QueryResult<Option<JoinRequest>> {
    on!(conn, |c| j::table
        .inner_join(i::table)
        .inner_join(g::table.on(i::target_id.eq(g::id.nullable())))
        .filter(i::kind.eq(Kind::Group))
        .filter(i::state.eq_any(SHOWN))
        .filter(i::hidden_at.is_null())
        .filter(g::deleted_at.is_null())
        .filter(j::uuid.eq(uuid))
        .select((INVITATION, WORDS, GROUP))
        .first(c)
        .optional())
}

/// Which ones are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Those that this user may see: its own, and those of the groups beside it; `None`: all.
    pub(crate) seen_by: Option<(UserId, Vec<GroupId>)>,
    /// Those of this side alone.
    pub(crate) direction: Option<Direction>,
    /// Those of this group alone.
    pub(crate) group: Option<String>,
    /// Those of this user alone.
    pub(crate) user: Option<UserId>,
}

/// Requests and offers in the order they were made, at most `limit` of them after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    wanted: &Wanted,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<JoinRequest>> {
    on!(conn, |c| {
        let mut found = j::table
            .inner_join(i::table)
            .inner_join(g::table.on(i::target_id.eq(g::id.nullable())))
            .filter(i::kind.eq(Kind::Group))
            .filter(i::state.eq_any(SHOWN))
            .filter(i::hidden_at.is_null())
            .filter(g::deleted_at.is_null())
            .filter(i::id.gt(InvitationId(after)))
            .order(i::id)
            .limit(limit)
            .select((INVITATION, WORDS, GROUP))
            .into_boxed();
        if let Some((user, groups)) = &wanted.seen_by {
            found = found.filter(
                i::recipient_id
                    .eq(*user)
                    .or(g::id.nullable().eq_any(groups)),
            );
        }
        if let Some(direction) = wanted.direction {
            found = found.filter(i::direction.eq(direction));
        }
        if let Some(group) = &wanted.group {
            found = found.filter(g::uuid.eq(group));
        }
        if let Some(user) = wanted.user {
            found = found.filter(i::recipient_id.eq(user));
        }
        found.load(c)
    })
}

/// Its maker says something else.
pub(crate) fn set_message(
    conn: &mut Conn,
    id: InvitationId,
    message: &str,
    now: SqlNow,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(j::table.find(id))
        .set((j::message.eq(message), j::updated_at.eq(now)))
        .execute(c))
    .map(drop)
}

/// It was decided with this word.
pub(crate) fn set_word(
    conn: &mut Conn,
    id: InvitationId,
    word: Word,
    now: SqlNow,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(j::table.find(id))
        .set((j::word.eq(word), j::updated_at.eq(now)))
        .execute(c))
    .map(drop)
}

/// Whoever leaves a group takes what was decided about it along: the answers about this pair are
/// shown to nobody any more.
pub(crate) fn hide_decided(
    conn: &mut Conn,
    group: GroupId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        i::table
            .filter(i::kind.eq(Kind::Group))
            .filter(i::target_id.eq(group.0))
            .filter(i::recipient_id.eq(user))
            .filter(i::state.ne(State::Open))
            .filter(i::hidden_at.is_null())
    )
    .set(i::hidden_at.eq(now.nullable()))
    .execute(c))
    .map(drop)
}

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
use crate::store::schema::{groups, invitations, join_requests as requests};

columns! {
    WORDS: requests::uuid, requests::message, requests::word, requests::updated_at
}

/// The states that the contract knows.
const SHOWN: [State; 3] = [State::Open, State::Accepted, State::Declined];

/// Puts the contract's row beside a new invitation. It has changed when it was made.
pub(crate) fn insert(
    conn: &mut Conn,
    id: InvitationId,
    message: Option<&str>,
) -> QueryResult<Words> {
    let made_at = on!(conn, |c| invitations::table
        .find(id)
        .select(invitations::created_at)
        .first::<i64>(c))?;
    let row = (
        requests::invitation_id.eq(id),
        requests::uuid.eq(uuid::Uuid::new_v4().to_string()),
        requests::message.eq(message),
        requests::updated_at.eq(made_at),
    );
    on!(conn, |c| diesel::insert_into(requests::table)
        .values(row)
        .returning(WORDS)
        .get_result(c))
}

/// The invitation behind what the contract shows, whatever became of it. For the ledger.
pub(crate) fn invitation_of(conn: &mut Conn, uuid: &str) -> QueryResult<Option<InvitationId>> {
    on!(conn, |c| requests::table
        .filter(requests::uuid.eq(uuid))
        .select(requests::invitation_id)
        .first(c)
        .optional())
}

/// What the contract shows of an invitation, whatever became of it; `None` for a link, which it does not have.
pub(crate) fn uuid_of(conn: &mut Conn, id: InvitationId) -> QueryResult<Option<String>> {
    on!(conn, |c| requests::table
        .filter(requests::invitation_id.eq(id))
        .select(requests::uuid)
        .first(c)
        .optional())
}

/// One, by what the contract shows.
pub(crate) fn find(conn: &mut Conn, uuid: &str) -> QueryResult<Option<JoinRequest>> {
    on!(conn, |c| requests::table
        .inner_join(invitations::table)
        .inner_join(groups::table.on(invitations::target_id.eq(groups::id.nullable())))
        .filter(invitations::kind.eq(Kind::Group))
        .filter(invitations::state.eq_any(SHOWN))
        .filter(invitations::hidden_at.is_null())
        .filter(groups::deleted_at.is_null())
        .filter(requests::uuid.eq(uuid))
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
    /// Those alone that nobody has decided.
    pub(crate) only_open: bool,
}

/// Requests and offers in the order they were made, at most `limit` of them after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    wanted: &Wanted,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<JoinRequest>> {
    on!(conn, |c| {
        let mut found = requests::table
            .inner_join(invitations::table)
            .inner_join(groups::table.on(invitations::target_id.eq(groups::id.nullable())))
            .filter(invitations::kind.eq(Kind::Group))
            .filter(invitations::state.eq_any(SHOWN))
            .filter(invitations::hidden_at.is_null())
            .filter(groups::deleted_at.is_null())
            .filter(invitations::id.gt(InvitationId(after)))
            .order(invitations::id)
            .limit(limit)
            .select((INVITATION, WORDS, GROUP))
            .into_boxed();
        if let Some((user, groups)) = &wanted.seen_by {
            found = found.filter(
                invitations::recipient_id
                    .eq(*user)
                    .or(groups::id.nullable().eq_any(groups)),
            );
        }
        if let Some(direction) = wanted.direction {
            found = found.filter(invitations::direction.eq(direction));
        }
        if let Some(group) = &wanted.group {
            found = found.filter(groups::uuid.eq(group));
        }
        if let Some(user) = wanted.user {
            found = found.filter(invitations::recipient_id.eq(user));
        }
        if wanted.only_open {
            found = found.filter(invitations::state.eq(State::Open));
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
    on!(conn, |c| diesel::update(requests::table.find(id))
        .set((requests::message.eq(message), requests::updated_at.eq(now)))
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
    on!(conn, |c| diesel::update(requests::table.find(id))
        .set((requests::word.eq(word), requests::updated_at.eq(now)))
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
        invitations::table
            .filter(invitations::kind.eq(Kind::Group))
            .filter(invitations::target_id.eq(group.0))
            .filter(invitations::recipient_id.eq(user))
            .filter(invitations::state.ne(State::Open))
            .filter(invitations::hidden_at.is_null())
    )
    .set(invitations::hidden_at.eq(now.nullable()))
    .execute(c))
    .map(drop)
}

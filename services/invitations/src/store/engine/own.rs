//! What is somebody's own, in pieces by number, and how much of it there is.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::invitations::INVITATION;
use super::is_open::{IsOpen, IsPast};
use super::texts::TEXTS;
use crate::domain::invitation::{Invitation, InvitationId, Use, UseId, UseState};
use crate::domain::texts::Texts;
use crate::store::group::group_members;
use crate::store::ledger::USE;
use crate::store::schema::{
    group_members as members, groups, invitation_texts, invitations, join_requests, namespaces,
    uses,
};

/// Invitations that somebody made, with what they said about them.
pub(crate) fn made(
    conn: &mut Conn,
    user: UserId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<(Invitation, Option<Texts>)>> {
    on!(conn, |c| invitations::table
        .left_join(invitation_texts::table)
        .filter(invitations::issuer_id.eq(user))
        .filter(invitations::id.gt(InvitationId(after)))
        .order(invitations::id)
        .limit(limit)
        .select((INVITATION, TEXTS.nullable()))
        .load(c))
}

/// An invitation, what was said to whom it is for, and what they said.
pub(crate) type Received = (Invitation, Option<String>, Option<String>);

/// What was offered to somebody or asked for by them, that is open or has ended; with what was said to them, and what they
/// said.
pub(crate) fn received(
    conn: &mut Conn,
    user: UserId,
    is_open: bool,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Received>> {
    on!(conn, |c| {
        let all = invitations::table
            .left_join(invitation_texts::table)
            .left_join(join_requests::table)
            .filter(invitations::recipient_id.eq(user))
            .filter(invitations::id.gt(InvitationId(after)))
            .order(invitations::id)
            .limit(limit)
            .select((
                INVITATION,
                invitation_texts::message.nullable(),
                join_requests::message.nullable(),
            ))
            .into_boxed();
        if is_open {
            all.filter(IsOpen).load(c)
        } else {
            all.filter(IsPast).load(c)
        }
    })
}

/// Who came by somebody's invitations.
pub(crate) fn let_in(
    conn: &mut Conn,
    user: UserId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Use>> {
    on!(conn, |c| uses::table
        .inner_join(invitations::table)
        .filter(invitations::issuer_id.eq(user))
        .filter(uses::state.eq(UseState::Used))
        .filter(uses::id.gt(UseId(after)))
        .order(uses::id)
        .limit(limit)
        .select(USE)
        .load(c))
}

/// By what somebody came in.
pub(crate) fn came_by(
    conn: &mut Conn,
    user: UserId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Use>> {
    on!(conn, |c| uses::table
        .filter(uses::user_id.eq(user))
        .filter(uses::state.eq(UseState::Used))
        .filter(uses::id.gt(UseId(after)))
        .order(uses::id)
        .limit(limit)
        .select(USE)
        .load(c))
}

/// In how many groups somebody is.
pub(crate) fn count_groups(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<i64> {
    on!(conn, |c| members::table
        .inner_join(groups::table)
        .filter(groups::deleted_at.is_null())
        .filter(members::user_id.eq(user))
        .filter(group_members::lasts(now))
        .count()
        .get_result(c))
}

/// How many namespaces somebody owns.
pub(crate) fn count_namespaces(conn: &mut Conn, user: UserId) -> QueryResult<i64> {
    on!(conn, |c| namespaces::table
        .filter(namespaces::owner_id.eq(user))
        .count()
        .get_result(c))
}

/// How many invitations of somebody may still let others in.
pub(crate) fn count_open(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<i64> {
    on!(conn, |c| invitations::table
        .filter(invitations::issuer_id.eq(user))
        .filter(IsOpen)
        .filter(
            invitations::expires_at
                .is_null()
                .or(invitations::expires_at.gt(now.nullable()))
        )
        .count()
        .get_result(c))
}

/// How much waits for somebody, or was asked for by them.
pub(crate) fn count_waiting(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<i64> {
    on!(conn, |c| invitations::table
        .filter(invitations::recipient_id.eq(user))
        .filter(IsOpen)
        .filter(
            invitations::expires_at
                .is_null()
                .or(invitations::expires_at.gt(now.nullable()))
        )
        .count()
        .get_result(c))
}

//! What waits for somebody, of every kind and contract but the choirs', which knows no accounts.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::invitations::INVITATION;
use super::is_open::{IsOpen, IsPast, IsRequest};
use super::made::{Part, in_part};
use super::texts::TEXTS;
use crate::domain::group::Role;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Kind;
use crate::domain::texts::Texts;
use crate::store::group::group_members::lasts;
use crate::store::schema::{
    applications as said, group_members, invitation_texts, invitations, join_requests, namespaces,
};

/// A row, and what was said with it in our own contract or in the groups'; of those who ask for an account, what they
/// say and what they are called.
pub(crate) type Waiting = (Invitation, Option<String>, Option<String>);

/// The part of a query's rows that is asked for.
macro_rules! part {
    ($rows:expr, $part:expr, $now:expr) => {
        part!(
            $rows,
            (
                INVITATION,
                invitation_texts::message.nullable(),
                join_requests::message.nullable(),
            ),
            $part,
            $now
        )
    };
    ($rows:expr, $columns:expr, $part:expr, $now:expr) => {{
        let rows = $rows
            .filter(IsOpen)
            .filter(
                invitations::expires_at
                    .is_null()
                    .or(invitations::expires_at.gt($now.nullable())),
            )
            .select($columns)
            .into_boxed();
        in_part!(rows, invitations::id, InvitationId, $part)
    }};
}

/// Offers to this person, and what they have asked for.
pub(crate) fn own(
    conn: &mut Conn,
    user: UserId,
    part: Part,
    now: SqlNow,
) -> QueryResult<Vec<Waiting>> {
    on!(conn, |c| {
        let rows = invitations::table
            .left_join(invitation_texts::table)
            .left_join(join_requests::table)
            .filter(invitations::recipient_id.eq(user))
            .filter(invitations::kind.ne(Kind::Choir));
        part!(rows, part, now).load(c)
    })
}

/// What others ask for in this person's groups and namespaces, and in channels, whoever may decide there.
pub(crate) fn asked(
    conn: &mut Conn,
    user: UserId,
    part: Part,
    now: SqlNow,
) -> QueryResult<Vec<Waiting>> {
    on!(conn, |c| {
        let groups = group_members::table
            .filter(group_members::user_id.eq(user))
            .filter(group_members::role.eq(Role::Admin))
            .filter(lasts(now))
            .select(group_members::group_id.nullable());
        let trees = namespaces::table
            .filter(namespaces::owner_id.eq(user))
            .select(namespaces::id.nullable());
        let in_groups = invitations::kind
            .eq(Kind::Group)
            .and(invitations::target_id.eq_any(groups));
        let in_trees = invitations::kind
            .eq(Kind::Namespace)
            .and(invitations::target_id.eq_any(trees));
        let rows = invitations::table
            .left_join(invitation_texts::table)
            .left_join(join_requests::table)
            .filter(IsRequest)
            .filter(invitations::recipient_id.ne(user))
            .filter(
                invitations::kind
                    .eq(Kind::Channel)
                    .or(in_groups)
                    .or(in_trees),
            );
        part!(rows, part, now).load(c)
    })
}

/// Those who ask for an account, whoever may decide.
pub(crate) fn applications(conn: &mut Conn, part: Part, now: SqlNow) -> QueryResult<Vec<Waiting>> {
    on!(conn, |c| {
        let rows = invitations::table
            .left_join(said::table)
            .filter(IsRequest)
            .filter(invitations::kind.eq(Kind::Registration));
        let columns = (INVITATION, said::message.nullable(), said::name.nullable());
        part!(rows, columns, part, now).load(c)
    })
}

/// What was offered to this person, and what they have asked for, that has come to its end; with what was said about it.
pub(crate) fn past(
    conn: &mut Conn,
    user: UserId,
    part: Part,
) -> QueryResult<Vec<(Invitation, Option<Texts>)>> {
    on!(conn, |c| {
        let rows = invitations::table
            .left_join(invitation_texts::table)
            .filter(invitations::recipient_id.eq(user))
            .filter(invitations::kind.ne(Kind::Choir))
            .filter(invitations::hidden_at.is_null())
            .filter(IsPast)
            .select((INVITATION, TEXTS.nullable()))
            .into_boxed();
        in_part!(rows, invitations::id, InvitationId, part).load(c)
    })
}

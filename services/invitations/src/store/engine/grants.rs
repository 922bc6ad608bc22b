//! What invitations give beyond the first thing, which stands in the row of each: whoever uses one that gives
//! one thing reads nothing here.

use diesel::prelude::*;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::{columns, on};

use super::invitations::INVITATION;
use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::{Invitation, InvitationId, OnLostRight};
use crate::domain::kind::Kind;
use crate::store::schema::{grants, invitations};

columns! {
    FURTHER:
    grants::invitation_id,
    grants::kind,
    grants::target_id,
    grants::bits,
    grants::ground,
    grants::ends_after,
}

type Further = (
    InvitationId,
    Kind,
    Option<i64>,
    i64,
    Option<i64>,
    Option<i64>,
);

/// Adds what a new invitation gives beyond the first thing, in this order. Answers the invitation with it.
pub(crate) fn add(
    conn: &mut Conn,
    id: InvitationId,
    further: &[Promise],
    on_lost_right: OnLostRight,
) -> QueryResult<Invitation> {
    insert(conn, id, further)?;
    let count = i64::try_from(further.len()).unwrap_or(i64::MAX);
    let set = (
        invitations::further_grants.eq(count),
        invitations::on_lost_right.eq(on_lost_right),
    );
    on!(conn, |c| diesel::update(invitations::table.find(id))
        .set(set)
        .returning(INVITATION)
        .get_result(c))
}

/// Puts these in the place of what an invitation has given beyond the first thing. Its row goes on counting what there
/// was at first: who has come by it was promised that, and how they came in is read by it.
pub(crate) fn replace(conn: &mut Conn, id: InvitationId, further: &[Promise]) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        grants::table.filter(grants::invitation_id.eq(id))
    )
    .execute(c))?;
    insert(conn, id, further)
}

fn insert(conn: &mut Conn, id: InvitationId, further: &[Promise]) -> QueryResult<()> {
    let rows: Vec<_> = (1_i64..)
        .zip(further)
        .map(|(position, promise)| {
            (
                grants::invitation_id.eq(id),
                grants::position.eq(position),
                grants::kind.eq(promise.grant.kind()),
                grants::target_id.eq(promise.grant.target()),
                grants::bits.eq(promise.grant.bits()),
                grants::ground.eq(promise.ground),
                grants::ends_after.eq(promise.ends_after),
            )
        })
        .collect();
    for row in rows {
        on!(conn, |c| diesel::insert_into(grants::table)
            .values(row)
            .execute(c))?;
    }
    Ok(())
}

/// All that an invitation gives, in order.
pub(crate) fn all_of(conn: &mut Conn, invitation: &Invitation) -> QueryResult<Vec<Promise>> {
    let first = Promise::first(invitation);
    let further = if invitation.gives_several() {
        further(conn, &[invitation.id])?
    } else {
        Vec::new()
    };
    Ok(first
        .into_iter()
        .chain(further.into_iter().map(|(_, promise)| promise))
        .collect())
}

/// What these invitations give beyond the first thing, in order.
pub(crate) fn further(
    conn: &mut Conn,
    ids: &[InvitationId],
) -> QueryResult<Vec<(InvitationId, Promise)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Further> = on!(conn, |c| grants::table
        .filter(grants::invitation_id.eq_any(ids))
        .order((grants::invitation_id, grants::position))
        .select(FURTHER)
        .load(c))?;
    let read = |(id, kind, target, bits, ground, ends_after)| {
        let grant = Grant::read(kind, target, bits)?;
        let promise = Promise {
            grant,
            ground,
            ends_after,
        };
        Some((id, promise))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

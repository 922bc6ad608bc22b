//! What the choir contract adds to invitations.

use diesel::prelude::*;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use crate::domain::choir::{ChoirInvitation, ChoirKeyId, ChoirTexts, PublicId};
use crate::domain::invitation::{InvitationId, State};
use crate::store::engine::endings;
use crate::store::schema::{choir_invitations as choirs, choir_keys as keys, invitations};

/// Says what the contract adds to a new invitation.
pub(crate) fn insert(
    conn: &mut Conn,
    invitation: InvitationId,
    id: &PublicId,
    texts: &ChoirTexts,
    key: Option<ChoirKeyId>,
) -> QueryResult<()> {
    let row = (
        choirs::invitation_id.eq(invitation),
        choirs::public_id.eq(id.as_str()),
        choirs::creator.eq(&texts.creator),
        choirs::invitee.eq(&texts.invitee),
        choirs::choir_id.eq(&texts.choir_id),
        choirs::user_id.eq(&texts.user_id),
        choirs::key_id.eq(key),
    );
    on!(conn, |c| diesel::insert_into(choirs::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// One invitation by the id that is shown.
pub(crate) fn find(
    conn: &mut Conn,
    id: &PublicId,
    now: SqlNow,
) -> QueryResult<Option<ChoirInvitation>> {
    on!(conn, |conn| choirs::table
        .inner_join(invitations::table)
        .filter(choirs::public_id.eq(id.as_str()))
        .select((
            choirs::invitation_id,
            choirs::public_id,
            choirs::creator,
            choirs::invitee,
            choirs::choir_id,
            choirs::user_id,
            choirs::key_id,
            choirs::purged_at,
            invitations::state,
            invitations::expires_at.assume_not_null(),
            invitations::expires_at.le(now.nullable()).assume_not_null(),
        ))
        .first(conn)
        .optional())
}

/// The number of the invitation that the contract shows under this id.
pub(crate) fn number_of(conn: &mut Conn, id: &PublicId) -> QueryResult<Option<InvitationId>> {
    on!(conn, |conn| choirs::table
        .filter(choirs::public_id.eq(id.as_str()))
        .select(choirs::invitation_id)
        .first(conn)
        .optional())
}

/// Writes down that somebody was told of the end. True for the one who does so first; the
/// invitation is final from then on, in the same transaction.
pub(crate) fn purge(conn: &mut Conn, invitation: InvitationId, now: SqlNow) -> QueryResult<bool> {
    let over = invitations::table
        .filter(invitations::id.eq(invitation))
        .filter(invitations::expires_at.le(now.nullable()))
        .filter(invitations::state.eq_any([State::Open, State::Expired]))
        .select(invitations::id);
    let rows = on!(conn, |conn| diesel::update(
        choirs::table
            .filter(choirs::invitation_id.eq_any(over))
            .filter(choirs::purged_at.is_null())
    )
    .set(choirs::purged_at.eq(now.nullable()))
    .execute(conn))?;
    if rows == 0 {
        return Ok(false);
    }
    endings::end(conn, invitation, State::Expired, None, None, now)?;
    Ok(true)
}

/// What an operator is told about an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct ChoirDetails {
    /// The id that is shown.
    pub(crate) id: String,
    /// A user of the platform.
    pub(crate) creator: String,
    /// The recipient; may be empty.
    pub(crate) invitee: String,
    /// A choir of the platform; may be empty.
    pub(crate) choir_id: String,
    /// A user of the platform whom it is about; may be empty.
    pub(crate) user_id: String,
    /// When a check told that it has expired.
    pub(crate) purged_at: Option<Millis>,
    /// By which key it was made, and what the key is called.
    pub(crate) key: Option<(ChoirKeyId, String)>,
}

/// What the contract says of an invitation, and of the key that made it.
pub(crate) fn details(
    conn: &mut Conn,
    invitation: InvitationId,
) -> QueryResult<Option<ChoirDetails>> {
    on!(conn, |conn| choirs::table
        .left_join(keys::table)
        .filter(choirs::invitation_id.eq(invitation))
        .select((
            choirs::public_id,
            choirs::creator,
            choirs::invitee,
            choirs::choir_id,
            choirs::user_id,
            choirs::purged_at,
            (keys::id, keys::name).nullable(),
        ))
        .first(conn)
        .optional())
}

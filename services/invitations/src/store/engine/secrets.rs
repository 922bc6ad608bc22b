//! What opens invitations. The first secret of one stands in the invitation's row too, where replicas of the
//! release before look for it; a trigger writes it here.

use diesel::prelude::*;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::secret::TokenHash;
use latchkey_common::{columns, on};

use crate::domain::invitation::{InvitationId, SecretId};
use crate::domain::secret::SecretRow;
use crate::store::schema::{invitations, secrets};

columns! {
    /// The columns of a [`SecretRow`], in its order.
    SECRET:
    secrets::id,
    secrets::invitation_id,
    secrets::label,
    secrets::created_at,
    secrets::revoked_at,
}

/// Makes one.
pub(crate) fn insert(
    conn: &mut Conn,
    invitation: InvitationId,
    hash: &TokenHash,
    label: Option<&str>,
    now: SqlNow,
) -> QueryResult<SecretRow> {
    let row = (
        secrets::invitation_id.eq(invitation),
        secrets::hash.eq(hash.as_bytes().as_slice()),
        secrets::label.eq(label),
        secrets::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(secrets::table)
        .values(row)
        .returning(SECRET)
        .get_result(c))
}

/// One by the secret itself, whether it lives or not.
pub(crate) fn find(conn: &mut Conn, hash: &TokenHash) -> QueryResult<Option<SecretRow>> {
    on!(conn, |c| secrets::table
        .filter(secrets::hash.eq(hash.as_bytes().as_slice()))
        .select(SECRET)
        .first(c)
        .optional())
}

/// Those of an invitation that were ever made, in that order, at most `limit`.
pub(crate) fn list(
    conn: &mut Conn,
    invitation: InvitationId,
    limit: i64,
) -> QueryResult<Vec<SecretRow>> {
    on!(conn, |c| secrets::table
        .filter(secrets::invitation_id.eq(invitation))
        .order(secrets::id)
        .limit(limit)
        .select(SECRET)
        .load(c))
}

/// From now on it opens nothing. False when it did not before.
pub(crate) fn revoke(
    conn: &mut Conn,
    invitation: InvitationId,
    id: SecretId,
    now: SqlNow,
) -> QueryResult<bool> {
    let revoked: Option<Vec<u8>> = on!(conn, |c| diesel::update(
        secrets::table
            .filter(secrets::id.eq(id))
            .filter(secrets::invitation_id.eq(invitation))
            .filter(secrets::revoked_at.is_null())
    )
    .set(secrets::revoked_at.eq(now.nullable()))
    .returning(secrets::hash)
    .get_result(c)
    .optional())?;
    let Some(hash) = revoked else {
        return Ok(false);
    };
    // Replicas of the release before ask this column.
    let nothing = (
        invitations::secret_hash.eq(None::<Vec<u8>>),
        invitations::secret_sealed.eq(None::<Vec<u8>>),
    );
    on!(conn, |c| diesel::update(
        invitations::table
            .find(invitation)
            .filter(invitations::secret_hash.eq(hash.as_slice()))
    )
    .set(nothing)
    .execute(c))?;
    Ok(true)
}

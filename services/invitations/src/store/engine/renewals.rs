//! Invitations that take the place of others.

use diesel::prelude::*;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use crate::domain::invitation::InvitationId;
use crate::store::schema::{invitation_renewals as renewals, invitations, secrets};

/// Notes that `new` takes the place of `old`. False where another one has taken it.
pub(crate) fn insert(conn: &mut Conn, new: InvitationId, old: InvitationId) -> QueryResult<bool> {
    on!(conn, |c| diesel::insert_into(renewals::table)
        .values((renewals::invitation_id.eq(new), renewals::replaces.eq(old)))
        .on_conflict_do_nothing()
        .execute(c))
    .map(|rows| rows == 1)
}

/// What took the place of this one.
pub(crate) fn successor(conn: &mut Conn, old: InvitationId) -> QueryResult<Option<InvitationId>> {
    on!(conn, |c| renewals::table
        .filter(renewals::replaces.eq(old))
        .select(renewals::invitation_id)
        .first(c)
        .optional())
}

/// The hash of an invitation's first secret, and the secret sealed.
type First = (Option<Vec<u8>>, Option<Vec<u8>>);

/// The secrets of `old` that were not taken back open `new` from now on.
pub(crate) fn move_secrets(
    conn: &mut Conn,
    old: InvitationId,
    new: InvitationId,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        secrets::table
            .filter(secrets::invitation_id.eq(old))
            .filter(secrets::revoked_at.is_null())
    )
    .set(secrets::invitation_id.eq(new))
    .execute(c))?;
    // Replicas of the release before look for the first one in the invitation's row.
    let first: Option<First> = on!(conn, |c| invitations::table
        .find(old)
        .select((invitations::secret_hash, invitations::secret_sealed))
        .first(c)
        .optional())?;
    let Some((Some(hash), sealed)) = first else {
        return Ok(());
    };
    let nothing = (
        invitations::secret_hash.eq(None::<Vec<u8>>),
        invitations::secret_sealed.eq(None::<Vec<u8>>),
    );
    on!(conn, |c| diesel::update(invitations::table.find(old))
        .set(nothing)
        .execute(c))?;
    let first = (
        invitations::secret_hash.eq(Some(hash)),
        invitations::secret_sealed.eq(sealed),
    );
    on!(conn, |c| diesel::update(invitations::table.find(new))
        .set(first)
        .execute(c))
    .map(drop)
}

//! Reading the ledger: whom an invitation let in, and who was let in by whom.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::{columns, on};

use super::schema::{acts, invitations, uses};
use crate::domain::act::ActState;
use crate::domain::invitation::{Invitation, InvitationId, Use, UseState};
use crate::domain::kind::Kind;
use crate::store::engine::invitations::INVITATION;

columns! {
    /// The columns of a [`Use`], in its order.
    pub(in crate::store) USE:
    uses::id,
    uses::invitation_id,
    uses::act_key,
    uses::state,
    uses::user_id,
    uses::username,
    uses::reserved_at,
    uses::settled_at,
    uses::secret_id,
}

/// Whom these invitations let in, in order; running reservations and released ones are left out.
pub(crate) fn let_in(conn: &mut Conn, ids: &[InvitationId]) -> QueryResult<Vec<Use>> {
    on!(conn, |c| uses::table
        .filter(uses::invitation_id.eq_any(ids))
        .filter(uses::state.eq(UseState::Used))
        .order(uses::id)
        .select(USE)
        .load(c))
}

/// Every use of one invitation, whatever became of it, at most `limit`.
pub(crate) fn history(conn: &mut Conn, id: InvitationId, limit: i64) -> QueryResult<Vec<Use>> {
    on!(conn, |c| uses::table
        .filter(uses::invitation_id.eq(id))
        .order(uses::id)
        .limit(limit)
        .select(USE)
        .load(c))
}

/// Whom these issuers let in by invitations of a kind: one step down the tree.
pub(crate) fn let_in_by(
    conn: &mut Conn,
    kind: Kind,
    issuers: &[UserId],
    limit: i64,
) -> QueryResult<Vec<(Use, Invitation)>> {
    on!(conn, |c| uses::table
        .inner_join(invitations::table)
        .filter(invitations::issuer_id.eq_any(issuers))
        .filter(invitations::kind.eq(kind))
        .filter(uses::state.eq(UseState::Used))
        .filter(not(exists(came_for_the_rest())))
        .order(uses::id)
        .limit(limit)
        .select((USE, INVITATION))
        .load(c))
}

/// By which invitation of a kind somebody came: one step up the tree.
pub(crate) fn came_by(
    conn: &mut Conn,
    kind: Kind,
    user: UserId,
) -> QueryResult<Option<(Use, Invitation)>> {
    on!(conn, |c| uses::table
        .inner_join(invitations::table)
        .filter(uses::user_id.eq(user))
        .filter(invitations::kind.eq(kind))
        .filter(uses::state.eq(UseState::Used))
        .filter(not(exists(came_for_the_rest())))
        .order(uses::id)
        .select((USE, INVITATION))
        .first(c)
        .optional())
}

/// What says of a use that whoever came had the first thing that the invitation gives, and came for the rest.
#[diesel::dsl::auto_type]
fn came_for_the_rest() -> _ {
    let (first, dropped): (i64, ActState) = (0, ActState::Dropped);
    acts::table
        .filter(acts::use_id.eq(uses::id))
        .filter(acts::position.eq(first))
        .filter(acts::state.eq(dropped))
}

/// A use of a kind that was not given back, as the comparison needs it.
pub(crate) type KeyedUse = (String, UseState, Option<UserId>, InvitationId);

/// Uses of a kind that were not given back, in the order of their keys, behind `after`. Where an invitation
/// gives several things its uses are no acts; [`super::engine::acts`] has those.
pub(crate) fn list_by_key(
    conn: &mut Conn,
    kind: Kind,
    after: &str,
    limit: i64,
) -> QueryResult<Vec<KeyedUse>> {
    on!(conn, |c| uses::table
        .inner_join(invitations::table)
        .filter(invitations::kind.eq(kind))
        .filter(invitations::further_grants.eq(0))
        .filter(uses::act_key.gt(after))
        .filter(uses::state.ne(UseState::Released))
        .order(uses::act_key)
        .limit(limit)
        .select((
            uses::act_key,
            uses::state,
            uses::user_id,
            uses::invitation_id
        ))
        .load(c))
}

/// The highest number of an invitation.
pub(crate) fn last_invitation(conn: &mut Conn) -> QueryResult<Option<InvitationId>> {
    on!(conn, |c| invitations::table
        .select(invitations::id)
        .order(invitations::id.desc())
        .first(c)
        .optional())
}

/// Invitations with numbers above `after` and up to `through` whose counts are not what the ledger
/// says, at most `limit`.
pub(crate) fn miscounted(
    conn: &mut Conn,
    after: InvitationId,
    through: InvitationId,
    limit: i64,
) -> QueryResult<Vec<InvitationId>> {
    on!(conn, |c| invitations::table
        .filter(invitations::id.gt(after).and(invitations::id.le(through)))
        .filter(
            invitations::used
                .ne(uses::table
                    .filter(uses::invitation_id.eq(invitations::id))
                    .filter(uses::state.ne(UseState::Released))
                    .count()
                    .single_value()
                    .assume_not_null())
                .or(invitations::settled.ne(uses::table
                    .filter(uses::invitation_id.eq(invitations::id))
                    .filter(uses::state.eq(UseState::Used))
                    .count()
                    .single_value()
                    .assume_not_null())),
        )
        .order(invitations::id)
        .limit(limit)
        .select(invitations::id)
        .load(c))
}

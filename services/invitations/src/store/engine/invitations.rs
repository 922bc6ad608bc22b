//! Making invitations and looking them up.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow, any_of};
use latchkey_common::secret::TokenHash;
use latchkey_common::{columns, on};

use super::is_open::IsOpen;
use crate::domain::claim::Which;
use crate::domain::invitation::{Invitation, InvitationId, State};
use crate::domain::kind::{Direction, Kind};
use crate::store::schema::{invitations, secrets};

columns! {
    /// The columns of an [`Invitation`], in its order.
    pub(in crate::store) INVITATION:
    invitations::id,
    invitations::kind,
    invitations::direction,
    invitations::target_id,
    invitations::issuer_id,
    invitations::recipient_id,
    invitations::recipient_email,
    invitations::grants,
    invitations::state,
    invitations::max_uses,
    invitations::used,
    invitations::settled,
    invitations::expires_at,
    invitations::created_at,
    invitations::decided_at,
    invitations::decided_by,
    invitations::end_reason,
    invitations::hidden_at,
    invitations::slot,
    invitations::ground,
    invitations::further_grants,
    invitations::on_lost_right,
    invitations::ends_after,
}

/// An invitation to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewInvitation {
    /// What it leads into.
    pub(crate) kind: Kind,
    /// Which side makes it.
    pub(crate) direction: Direction,
    /// The id of what it leads into.
    pub(crate) target_id: Option<i64>,
    /// On whose right; `None` is the operator.
    pub(crate) issuer_id: Option<UserId>,
    /// For whom.
    pub(crate) recipient_id: Option<UserId>,
    /// The address by which the issuer named them.
    pub(crate) recipient_email: Option<String>,
    /// The hash of its first secret, where it has one, and the secret sealed, where its contract shows it
    /// again.
    pub(crate) secret: Option<(TokenHash, Option<Vec<u8>>)>,
    /// What it gives.
    pub(crate) grants: i64,
    /// How many people it is good for.
    pub(crate) max_uses: i64,
    /// When it ends by itself.
    pub(crate) expires_at: Option<Millis>,
    /// The event that the issuer's membership of a channel began with. That membership is its ground:
    /// when it ends, so does the invitation, and a later membership of the issuer's is not the same.
    pub(crate) ground: Option<i64>,
    /// The place it holds alone.
    pub(crate) slot: Option<&'static str>,
    /// For how many milliseconds it gives that; `None`: for good.
    pub(crate) ends_after: Option<i64>,
}

/// Makes an invitation. `None`: there is an open one already for the same pair, or in the same
/// slot.
pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewInvitation,
    now: SqlNow,
) -> QueryResult<Option<Invitation>> {
    let secret = new.secret.as_ref();
    let hash = secret.map(|(hash, _)| hash.as_bytes().as_slice());
    let sealed = secret.and_then(|(_, sealed)| sealed.as_deref());
    let row = (
        invitations::kind.eq(new.kind),
        invitations::direction.eq(new.direction),
        invitations::target_id.eq(new.target_id),
        invitations::issuer_id.eq(new.issuer_id),
        invitations::recipient_id.eq(new.recipient_id),
        invitations::recipient_email.eq(new.recipient_email.as_deref()),
        invitations::secret_hash.eq(hash),
        invitations::secret_sealed.eq(sealed),
        invitations::grants.eq(new.grants),
        invitations::state.eq(State::Open),
        invitations::max_uses.eq(new.max_uses),
        invitations::expires_at.eq(new.expires_at),
        invitations::created_at.eq(now),
        invitations::ground.eq(new.ground),
        invitations::slot.eq(new.slot),
        invitations::ends_after.eq(new.ends_after),
    );
    on!(conn, |c| diesel::insert_into(invitations::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(INVITATION)
        .get_result(c)
        .optional())
}

/// What a secret opens that was not taken back.
#[diesel::dsl::auto_type]
pub(super) fn opened_by<'h>(hash: &'h TokenHash) -> _ {
    let hash: &'h [u8] = hash.as_bytes();
    secrets::table
        .filter(secrets::hash.eq(hash))
        .filter(secrets::revoked_at.is_null())
        .select(secrets::invitation_id)
}

/// One invitation by its number or its secret.
pub(crate) fn find(conn: &mut Conn, which: Which) -> QueryResult<Option<Invitation>> {
    on!(conn, |c| {
        let all = invitations::table.select(INVITATION).into_boxed();
        let one = match &which {
            Which::Id(id) => all.filter(invitations::id.eq(*id)),
            Which::Secret(hash) => all.filter(invitations::id.eq_any(opened_by(hash))),
        };
        one.first(c).optional()
    })
}

/// Those of the numbered invitations that are of this kind.
pub(crate) fn find_many(
    conn: &mut Conn,
    kind: Kind,
    ids: &[InvitationId],
) -> QueryResult<Vec<Invitation>> {
    on!(conn, |c| invitations::table
        .filter(invitations::id.eq_any(ids))
        .filter(invitations::kind.eq(kind))
        .select(INVITATION)
        .load(c))
}

/// The numbered invitations, whatever their kind.
pub(crate) fn find_each(conn: &mut Conn, ids: &[InvitationId]) -> QueryResult<Vec<Invitation>> {
    on!(conn, |c| invitations::table
        .filter(invitations::id.eq_any(ids))
        .select(INVITATION)
        .load(c))
}

/// Those of the invitations with these secrets that are of this kind, with the hash that found it.
pub(crate) fn find_by_secrets(
    conn: &mut Conn,
    kind: Kind,
    hashes: &[TokenHash],
) -> QueryResult<Vec<(Vec<u8>, Invitation)>> {
    let hashes: Vec<&[u8]> = hashes
        .iter()
        .map(|hash| hash.as_bytes().as_slice())
        .collect();
    on!(conn, |c| secrets::table
        .inner_join(invitations::table)
        .filter(secrets::hash.eq_any(&hashes))
        .filter(secrets::revoked_at.is_null())
        .filter(invitations::kind.eq(kind))
        .select((secrets::hash, INVITATION))
        .load(c))
}

/// The open invitations of a kind for somebody in particular, into any of these targets for any of
/// these people.
pub(crate) fn open_among(
    conn: &mut Conn,
    kind: Kind,
    targets: &[i64],
    recipients: &[UserId],
) -> QueryResult<Vec<Invitation>> {
    on!(conn, |c| invitations::table
        .filter(invitations::kind.eq(kind))
        .filter(any_of(
            invitations::target_id.assume_not_null(),
            targets.iter().copied()
        ))
        .filter(any_of(
            invitations::recipient_id.assume_not_null(),
            recipients.iter().copied()
        ))
        .filter(IsOpen)
        .select(INVITATION)
        .load(c))
}

/// The open invitation that stands in the way of another one for the same pair.
pub(crate) fn find_open_pair(
    conn: &mut Conn,
    kind: Kind,
    target_id: i64,
    recipient: UserId,
) -> QueryResult<Option<Invitation>> {
    on!(conn, |c| invitations::table
        .filter(invitations::kind.eq(kind))
        .filter(invitations::target_id.eq(target_id))
        .filter(invitations::recipient_id.eq(recipient))
        .filter(IsOpen)
        .select(INVITATION)
        .first(c)
        .optional())
}

/// Whose list is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ListOf {
    /// Open ones for this recipient.
    Recipient(UserId),
    /// Open ones into this target, each for somebody in particular: a link is nobody's yet.
    Target(i64),
}

/// Open offers of a kind, in the order they were made, at most `limit` of them after `after`. One that gives
/// several things is in none of these lists: no contract but our own could say what it gives.
pub(crate) fn list_open(
    conn: &mut Conn,
    kind: Kind,
    of: ListOf,
    after: i64,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<Invitation>> {
    on!(conn, |c| {
        let open = invitations::table
            .filter(invitations::kind.eq(kind))
            .filter(invitations::direction.eq(Direction::Offer))
            .filter(invitations::further_grants.eq(0))
            .filter(IsOpen)
            .filter(
                invitations::expires_at
                    .is_null()
                    .or(invitations::expires_at.gt(now.nullable())),
            )
            .filter(invitations::id.gt(InvitationId(after)))
            .select(INVITATION)
            .order(invitations::id)
            .limit(limit)
            .into_boxed();
        match of {
            ListOf::Recipient(user) => open.filter(invitations::recipient_id.eq(user)),
            ListOf::Target(id) => open
                .filter(invitations::target_id.eq(id))
                .filter(invitations::recipient_id.is_not_null()),
        }
        .load(c)
    })
}

/// A secret's hash, the secret sealed, and the invitation it belongs to.
type WithSecret = (Vec<u8>, Vec<u8>, Invitation);

/// What their maker sees of his invitations with a secret: the sealed secret and its hash too.
pub(crate) fn list_issued(
    conn: &mut Conn,
    kind: Kind,
    issuer: UserId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<WithSecret>> {
    on!(conn, |c| invitations::table
        .filter(invitations::issuer_id.eq(issuer))
        .filter(invitations::kind.eq(kind))
        .filter(invitations::hidden_at.is_null())
        .filter(invitations::secret_hash.is_not_null())
        .filter(invitations::secret_sealed.is_not_null())
        .filter(invitations::id.gt(InvitationId(after)))
        .order(invitations::id)
        .limit(limit)
        .select((
            invitations::secret_hash.assume_not_null(),
            invitations::secret_sealed.assume_not_null(),
            INVITATION
        ))
        .load(c))
}

//! Using an invitation up: the one way, for every kind.
//!
//! The whole rule stands in the `WHERE` of one `UPDATE`: whoever gets the row back has won, on every
//! replica. The ledger row is written in the same transaction. An effect in this database follows in
//! that transaction, and its use is settled from the first ([`use_up`]). An effect in another service's
//! database is an act by key: its use is reserved ([`reserve`]), and [`settle`] or [`release`] follows
//! when its outcome is known.

use std::time::Duration;

use diesel::dsl::{case_when, count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use latchkey_common::auth::UserId;
use latchkey_common::clock::{Millis, SKEW};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, QueryResult, Returned, SqlNow, chained, prepared};
use latchkey_common::on;

use super::invitations::{INVITATION, find, opened_by};
use crate::domain::admission::Admission;
use crate::domain::claim::{Claim, Refusal, Which, explain};
use crate::domain::invitation::{EndReason, Invitation, InvitationId, State, Use, UseId, UseState};
use crate::store::ledger::USE;
use crate::store::schema::{invitations, secrets, uses};

/// The guard: the whole rule of who is let in, and what becomes of the invitation then.
macro_rules! take {
    ($claim:expr, $now:expr, $set:expr) => {{
        let guarded = diesel::update(invitations::table)
            .set($set)
            .into_boxed()
            .filter(invitations::kind.eq($claim.kind))
            // Who asks lets nobody in with that, least of all themselves.
            .filter(invitations::direction.eq($claim.direction))
            .filter(invitations::admission.eq(Admission::Open))
            .filter(invitations::state.eq(State::Open))
            .filter(invitations::used.lt(invitations::max_uses))
            .filter(
                invitations::expires_at
                    .is_null()
                    .or(invitations::expires_at.gt($now.nullable())),
            )
            .filter(
                invitations::recipient_id
                    .is_null()
                    .or(invitations::recipient_id.eq($claim.user_id)),
            )
            .filter(
                // Beside an account an address is no more than what the issuer wrote.
                invitations::recipient_id
                    .is_not_null()
                    .or(invitations::recipient_email.is_null())
                    .or(invitations::recipient_email.eq($claim.email.as_deref())),
            );
        // Who gives one thing alone must not spend a use that is good for more.
        let guarded = if $claim.several {
            guarded.filter(invitations::further_grants.gt(0))
        } else {
            guarded.filter(invitations::further_grants.eq(0))
        };
        let aimed = match $claim.target_id {
            Some(target) => guarded.filter(invitations::target_id.eq(target)),
            None => guarded.filter(invitations::target_id.is_null()),
        };
        let chosen = match &$claim.which {
            // Numbers are easily guessed: one opens what is for somebody, and that for them alone.
            Which::Id(id) => aimed
                .filter(invitations::id.eq(*id))
                .filter(invitations::recipient_id.is_not_null()),
            Which::Secret(hash) => aimed.filter(invitations::id.eq_any(opened_by(hash))),
        };
        chosen.returning(INVITATION)
    }};
}

/// The ledger row of a use that was taken from the invitation `$id`, if there is one. `$standing` is where
/// the use stands, how long it may do so, and when it was settled.
macro_rules! record {
    ($id:expr, $claim:expr, $key:expr, $standing:expr, $now:expr) => {{
        let (state, settle_within, settled_at) = $standing;
        invitations::table
            .filter(invitations::id.eq($id))
            .select((
                invitations::id,
                $key.as_str().into_sql::<Text>(),
                state.into_sql::<Text>(),
                $claim.user_id.into_sql::<Nullable<BigInt>>(),
                $claim.username.as_str().into_sql::<Text>(),
                $now,
                $now.plus(settle_within),
                settled_at,
                secrets::table
                    .filter(secrets::hash.eq($claim.which.secret()))
                    .select(secrets::id)
                    .single_value(),
            ))
            .insert_into(uses::table)
            .into_columns((
                uses::invitation_id,
                uses::act_key,
                uses::state,
                uses::user_id,
                uses::username,
                uses::reserved_at,
                uses::settle_after,
                uses::settled_at,
                uses::secret_id,
            ))
    }};
}

/// One settled use more: the invitation is final with its last one.
macro_rules! settled {
    ($decided_by:expr, $now:expr) => {{
        let is_last = invitations::state
            .eq(State::Open)
            .and((invitations::settled + 1).ge(invitations::max_uses));
        let last_state = case_when::<_, _, Text>(invitations::max_uses.eq(1), State::Accepted)
            .otherwise(State::UsedUp);
        (
            invitations::settled.eq(invitations::settled + 1),
            invitations::decided_at
                .eq(case_when(is_last, $now.nullable()).otherwise(invitations::decided_at)),
            // Whoever says yes to a request is noted before.
            invitations::decided_by.eq(case_when(
                is_last.and(invitations::decided_by.is_null()),
                $decided_by.into_sql::<BigInt>().nullable(),
            )
            .otherwise(invitations::decided_by)),
            invitations::state.eq(case_when(is_last, last_state).otherwise(invitations::state)),
        )
    }};
}

/// Takes one use and records it: a single statement on `PostgreSQL`.
macro_rules! take_and_record {
    ($conn:expr, $claim:expr, $key:expr, $now:expr, $set:expr, $standing:expr) => {
        match $conn {
            Conn::Sqlite(c) => {
                let taken = prepared(take!($claim, $now, $set)).get_result(c);
                let taken: Option<Invitation> = taken.optional()?;
                if let Some(invitation) = &taken {
                    let record = record!(invitation.id, $claim, $key, $standing, $now);
                    prepared(record).execute(c)?;
                }
                Ok(taken)
            }
            Conn::Postgres(c) => {
                let record = record!(Returned("id"), $claim, $key, $standing, $now);
                let taken = chained(take!($claim, $now, $set), record);
                taken.get_result(c).optional()
            }
        }
    };
}

/// Takes one use and writes it into the ledger; `None`, with nothing written, when the invitation
/// does not let the claim in ([`refusal`] says why). `settle_within` is the act's deadline: after it the
/// job may ask how the act ended. On `PostgreSQL` a single statement.
pub(crate) fn reserve(
    conn: &mut Conn,
    claim: &Claim,
    key: &ActKey,
    settle_within: Duration,
    now: SqlNow,
) -> QueryResult<Option<Invitation>> {
    let not_yet = None::<Millis>.into_sql::<Nullable<BigInt>>();
    let standing = (UseState::Reserved, settle_within, not_yet);
    let one_more = invitations::used.eq(invitations::used + 1);
    take_and_record!(conn, claim, key, now, one_more, standing)
}

/// [`reserve`] and [`settle`] in one, for an effect in the same transaction: the claim's user comes, and
/// `decided_by` lets them in.
pub(crate) fn use_up(
    conn: &mut Conn,
    claim: &Claim,
    key: &ActKey,
    decided_by: UserId,
    now: SqlNow,
) -> QueryResult<Option<Invitation>> {
    let standing = (UseState::Used, Duration::ZERO, now.nullable());
    let one_more = (
        invitations::used.eq(invitations::used + 1),
        settled!(decided_by, now),
    );
    take_and_record!(conn, claim, key, now, one_more, standing)
}

/// Why the guard of [`reserve`] let nobody in.
pub(crate) fn refusal(conn: &mut Conn, claim: &Claim, now: SqlNow) -> QueryResult<Refusal> {
    let row = find(conn, claim.which)?;
    Ok(explain(row.as_ref(), claim, now.process()))
}

/// The use of a key is settled, if it was reserved.
macro_rules! settle_use {
    ($key:expr, $user:expr, $now:expr) => {
        diesel::update(
            uses::table
                .filter(uses::act_key.eq($key.as_str()))
                .filter(uses::state.eq(UseState::Reserved)),
        )
        .set((
            uses::state.eq(UseState::Used),
            uses::user_id.eq($user),
            uses::settled_at.eq($now.nullable()),
        ))
        .returning(uses::invitation_id)
    };
}

/// The invitation `$id` has one settled use more.
macro_rules! count_settled {
    ($id:expr, $decided_by:expr, $now:expr) => {
        diesel::update(invitations::table.filter(invitations::id.eq($id)))
            .set(settled!($decided_by, $now))
    };
}

/// Somebody was let in: the use stands, and the invitation becomes final with its last one. False
/// when the use was settled before; then nothing changes. On `PostgreSQL` a single statement.
pub(crate) fn settle(
    conn: &mut Conn,
    key: &ActKey,
    user: UserId,
    now: SqlNow,
) -> QueryResult<bool> {
    match conn {
        Conn::Sqlite(c) => {
            let settled = prepared(settle_use!(key, user, now)).get_result(c);
            let settled: Option<InvitationId> = settled.optional()?;
            let Some(id) = settled else { return Ok(false) };
            prepared(count_settled!(id, user, now)).execute(c)?;
            Ok(true)
        }
        Conn::Postgres(c) => {
            let count = count_settled!(Returned("invitation_id"), user, now);
            let settled = chained(settle_use!(key, user, now), count).get_result(c);
            let settled: Option<InvitationId> = settled.optional()?;
            Ok(settled.is_some())
        }
    }
}

/// Nobody was let in: the use is given back whole, and the invitation ends when there is a reason
/// why it can let nobody in any more. False when the use was settled before.
pub(crate) fn release(
    conn: &mut Conn,
    key: &ActKey,
    ends: Option<EndReason>,
    now: SqlNow,
) -> QueryResult<bool> {
    let set = (
        uses::state.eq(UseState::Released),
        uses::settled_at.eq(now.nullable()),
    );
    let released: Option<InvitationId> = on!(conn, |c| diesel::update(
        uses::table
            .filter(uses::act_key.eq(key.as_str()))
            .filter(uses::state.eq(UseState::Reserved))
    )
    .set(set)
    .returning(uses::invitation_id)
    .get_result(c)
    .optional())?;
    let Some(id) = released else { return Ok(false) };
    on!(conn, |c| diesel::update(invitations::table.find(id))
        .set(invitations::used.eq(invitations::used - 1))
        .execute(c))?;
    if let Some(reason) = ends {
        super::endings::withdraw(conn, id, None, reason, now)?;
    }
    Ok(true)
}

/// The outcome of an act is unknown: the job may settle it at once.
pub(crate) fn settle_soon(conn: &mut Conn, key: &ActKey, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        uses::table
            .filter(uses::act_key.eq(key.as_str()))
            .filter(uses::state.eq(UseState::Reserved))
    )
    .set(uses::settle_after.eq(now))
    .execute(c))
    .map(drop)
}

/// Reservations whose act must have ended by now, oldest first, with their invitations. One that was made later
/// than now is of a clock that was put back, and nobody knows how old it is: deciding it is safe at any time.
pub(crate) fn due(
    conn: &mut Conn,
    after: UseId,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(Use, Invitation)>> {
    on!(conn, |c| uses::table
        .inner_join(invitations::table)
        .filter(uses::state.eq(UseState::Reserved))
        .filter(
            uses::settle_after
                .le(now)
                .or(uses::reserved_at.gt(now.plus(SKEW))),
        )
        .filter(uses::id.gt(after))
        .order(uses::id)
        .limit(limit)
        .select((USE, INVITATION))
        .load(c))
}

/// How many reservations wait to be settled, and since when the oldest.
pub(crate) fn reserved(conn: &mut Conn) -> QueryResult<(i64, Option<Millis>)> {
    on!(conn, |c| uses::table
        .filter(uses::state.eq(UseState::Reserved))
        .select((count_star(), min(uses::reserved_at)))
        .first(c))
}

//! What the uses of invitations for several things bring, an act each. They are written down with the use, and
//! each is decided once, whoever does it: the guard is that it is pending.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use crate::domain::act::{ActId, ActRow, ActState, DropReason, NewAct};
use crate::domain::invitation::{InvitationId, UseId, UseState};
use crate::domain::kind::Kind;
use crate::store::ledger::KeyedUse;
use crate::store::schema::{acts, uses};

columns! {
    /// The columns of an [`ActRow`], in its order.
    ACT:
    acts::id,
    acts::use_id,
    acts::position,
    acts::kind,
    acts::target_id,
    acts::bits,
    acts::ground,
    acts::act_key,
    acts::state,
    acts::reason,
    acts::decided_at,
    acts::ends_after,
}

/// Writes down what the use of this key shall bring.
pub(crate) fn insert(
    conn: &mut Conn,
    key: &ActKey,
    promised: &[NewAct],
    now: SqlNow,
) -> QueryResult<()> {
    let used: UseId = on!(conn, |c| uses::table
        .filter(uses::act_key.eq(key.as_str()))
        .select(uses::id)
        .first(c))?;
    for (position, act) in (0_i64..).zip(promised) {
        let state = match act.dropped {
            None => ActState::Pending,
            Some(_) => ActState::Dropped,
        };
        let grant = act.promise.grant;
        let row = (
            acts::use_id.eq(used),
            acts::position.eq(position),
            acts::kind.eq(grant.kind()),
            acts::target_id.eq(grant.target()),
            acts::bits.eq(grant.bits()),
            acts::ground.eq(act.promise.ground),
            acts::ends_after.eq(act.promise.ends_after),
            acts::act_key.eq(act.key.as_str()),
            acts::state.eq(state),
            acts::reason.eq(act.dropped),
            acts::decided_at.eq(act.dropped.map(|_| now.process())),
        );
        on!(conn, |c| diesel::insert_into(acts::table)
            .values(row)
            .execute(c))?;
    }
    Ok(())
}

/// What these uses bring, in order.
pub(crate) fn of_uses(conn: &mut Conn, ids: &[UseId]) -> QueryResult<Vec<ActRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on!(conn, |c| acts::table
        .filter(acts::use_id.eq_any(ids))
        .order((acts::use_id, acts::position))
        .select(ACT)
        .load(c))
}

/// Whoever came has it. False when it was decided before.
pub(crate) fn made(conn: &mut Conn, id: ActId, now: SqlNow) -> QueryResult<bool> {
    decide(conn, id, ActState::Made, None, now)
}

/// They do not get it. False when it was decided before.
pub(crate) fn drop_it(
    conn: &mut Conn,
    id: ActId,
    reason: DropReason,
    now: SqlNow,
) -> QueryResult<bool> {
    decide(conn, id, ActState::Dropped, Some(reason), now)
}

fn decide(
    conn: &mut Conn,
    id: ActId,
    state: ActState,
    reason: Option<DropReason>,
    now: SqlNow,
) -> QueryResult<bool> {
    let set = (
        acts::state.eq(state),
        acts::reason.eq(reason),
        acts::decided_at.eq(now.nullable()),
    );
    on!(conn, |c| diesel::update(
        acts::table
            .find(id)
            .filter(acts::state.eq(ActState::Pending))
    )
    .set(set)
    .execute(c))
    .map(|rows| rows == 1)
}

/// Nothing of a use that is not decided yet comes to anybody.
pub(crate) fn drop_rest(
    conn: &mut Conn,
    used: UseId,
    reason: DropReason,
    now: SqlNow,
) -> QueryResult<()> {
    let set = (
        acts::state.eq(ActState::Dropped),
        acts::reason.eq(reason),
        acts::decided_at.eq(now.nullable()),
    );
    on!(conn, |c| diesel::update(
        acts::table
            .filter(acts::use_id.eq(used))
            .filter(acts::state.eq(ActState::Pending))
    )
    .set(set)
    .execute(c))
    .map(drop)
}

/// Notes who came, of a use that is still reserved: the account was made for it.
pub(crate) fn note_who(conn: &mut Conn, used: UseId, who: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        uses::table
            .find(used)
            .filter(uses::state.eq(UseState::Reserved))
    )
    .set(uses::user_id.eq(who))
    .execute(c))
    .map(drop)
}

/// Acts of a kind that were not dropped, in the order of their keys, behind `after`: each as the use of an
/// invitation for one thing would be shown to the comparison.
pub(crate) fn list_by_key(
    conn: &mut Conn,
    kind: Kind,
    after: &str,
    limit: i64,
) -> QueryResult<Vec<KeyedUse>> {
    type Row = (String, ActState, Option<UserId>, InvitationId);
    let rows: Vec<Row> = on!(conn, |c| acts::table
        .inner_join(uses::table)
        .filter(acts::kind.eq(kind))
        .filter(acts::act_key.gt(after))
        .filter(acts::state.ne(ActState::Dropped))
        .order(acts::act_key)
        .limit(limit)
        .select((
            acts::act_key,
            acts::state,
            uses::user_id,
            uses::invitation_id
        ))
        .load(c))?;
    let as_use = |(key, state, who, invitation)| {
        let state = match state {
            ActState::Made => UseState::Used,
            ActState::Pending | ActState::Dropped => UseState::Reserved,
        };
        (key, state, who, invitation)
    };
    Ok(rows.into_iter().map(as_use).collect())
}

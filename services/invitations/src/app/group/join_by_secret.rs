//! Coming into a group by an offer of one of its admins.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};

use crate::app::App;
use crate::app::engine::join_here::JoinHereError;
use crate::app::engine::once::{OnceError, act_once};
use crate::domain::claim::{Claim, Person, Which};
use crate::domain::group::{GroupId, Role, WhichGroup};
use crate::domain::join_request::Word;
use crate::domain::kind::Kind;
use crate::store::engine::claims;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups, join_requests};

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn join_group(
    app: &App,
    which: Which,
    person: Person,
    group: GroupId,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<JoinHereError>> {
    let user = person.user;
    let claim = Claim::of_person(person, which, Kind::Group, Some(group.0));
    act_once(app, call, move |conn, key, now| {
        let_in(conn, group, user, &claim, key, now)
    })
    .await
}

fn let_in(
    conn: &mut Conn,
    id: GroupId,
    user: UserId,
    claim: &Claim,
    key: &ActKey,
    now: SqlNow,
) -> Result<(), JoinHereError> {
    let group = still_outside(conn, id, user, now)?;
    let taken = claims::use_up(conn, claim, key, user, now)?.ok_or(JoinHereError::Invitation)?;
    let issuer = taken.issuer_id.ok_or(JoinHereError::Invitation)?;
    let role = Role::from_bits(taken.grants);
    enter(conn, group, (role, taken.ends_after), issuer, user, now)?;
    // Its own contract shows an offer to one person with the word that decided it.
    if taken.recipient_id.is_some() {
        join_requests::set_word(conn, taken.id, Word::Accepted, now)?;
    }
    Ok(())
}

/// Lets somebody in on the right of `issuer`, as one of several things that an invitation gives.
pub(in crate::app) fn enter_group(
    conn: &mut Conn,
    id: GroupId,
    (role, ends_after): (Role, Option<i64>),
    issuer: UserId,
    user: UserId,
    now: SqlNow,
) -> Result<(), JoinHereError> {
    let group = still_outside(conn, id, user, now)?;
    enter(conn, group, (role, ends_after), issuer, user, now)
}

/// The group, held, if this person is not in it yet.
fn still_outside(
    conn: &mut Conn,
    id: GroupId,
    user: UserId,
    now: SqlNow,
) -> Result<GroupId, JoinHereError> {
    let group = groups::hold(conn, &WhichGroup::Id(id))?.ok_or(JoinHereError::Closed)?;
    if group_members::role_of(conn, group.id, user, now)?.is_some() {
        return Err(JoinHereError::AlreadyIn);
    }
    Ok(group.id)
}

fn enter(
    conn: &mut Conn,
    group: GroupId,
    (role, ends_after): (Role, Option<i64>),
    issuer: UserId,
    user: UserId,
    now: SqlNow,
) -> Result<(), JoinHereError> {
    // The group is held: who is its admin now is so until this has happened.
    if !group_members::is_admin(conn, group, issuer, now)? {
        return Err(JoinHereError::Invitation);
    }
    let member = group_members::insert(conn, group, user, role, false, now)?;
    let member = member.ok_or(JoinHereError::AlreadyIn)?;
    if let Some(span) = ends_after {
        group_members::end_after(conn, member.id, span, now)?;
    }
    // Whoever is in needs no other offer, and asks for nothing any more.
    let pair = Groundless::Pair(Kind::Group, group.0, user);
    end_groundless(conn, &pair, NOW, now)?;
    Ok(())
}

//! Coming into a group by the secret of an offer of one of its admins.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::secret::TokenHash;

use crate::app::App;
use crate::app::engine::join_here::JoinHereError;
use crate::app::engine::once::{OnceError, act_once};
use crate::domain::claim::{Claim, Which};
use crate::domain::group::{GroupId, Role, WhichGroup};
use crate::domain::kind::Kind;
use crate::store::engine::claims;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups};

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn join_group_by_secret(
    app: &App,
    secret: TokenHash,
    who: (UserId, String),
    group: GroupId,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<JoinHereError>> {
    let user = who.0;
    let (which, target) = (Which::Secret(secret), Some(group.0));
    let claim = Claim::of_known(who, which, Kind::Group, target);
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
    let group = groups::hold(conn, &WhichGroup::Id(id))?.ok_or(JoinHereError::Closed)?;
    if group_members::role_of(conn, group.id, user)?.is_some() {
        return Err(JoinHereError::AlreadyIn);
    }
    let taken = claims::use_up(conn, claim, key, user, now)?.ok_or(JoinHereError::Invitation)?;
    // The group is held: who is its admin now is so until this has happened.
    let issuer = taken.issuer_id.ok_or(JoinHereError::Invitation)?;
    if !group_members::is_admin(conn, group.id, issuer)? {
        return Err(JoinHereError::Invitation);
    }
    let role = Role::from_bits(taken.grants);
    group_members::insert(conn, group.id, user, role, false, now)?
        .ok_or(JoinHereError::AlreadyIn)?;
    // Whoever is in needs no other offer, and asks for nothing any more.
    end_groundless(
        conn,
        &Groundless::Pair(Kind::Group, group.id.0, user),
        NOW,
        now,
    )?;
    Ok(())
}

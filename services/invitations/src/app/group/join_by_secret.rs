//! Coming into a group by the secret of an offer of one of its admins.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::via_fault;

use crate::app::App;
use crate::app::engine::once::{OnceError, begin_act};
use crate::domain::claim::{Claim, Which};
use crate::domain::group::{GroupId, Role, WhichGroup};
use crate::domain::kind::Kind;
use crate::store::engine::claims;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups};

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub(in crate::app) enum JoinGroupError {
    /// The group is gone.
    #[error("no such group")]
    Closed,
    /// In already.
    #[error("already a member")]
    AlreadyIn,
    /// The invitation lets this person in no more, or its maker is no admin any more.
    #[error("the invitation does not fit")]
    Invitation,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(JoinGroupError);

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn join_group_by_secret(
    app: &App,
    secret: TokenHash,
    (user, username): (UserId, String),
    group: GroupId,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<JoinGroupError>> {
    let claim = Claim {
        which: Which::Secret(secret),
        kind: Kind::Group,
        target_id: Some(group.0),
        user_id: Some(user),
        email: None,
        username,
    };
    let (key, now) = (ActKey::random(), app.db.now());
    app.db
        .for_new()
        .write(move |conn| {
            begin_act::<JoinGroupError>(conn, call.as_ref(), &key, now)?;
            let joined = let_in(conn, group, user, &claim, &key, now);
            joined.map_err(OnceError::Refused)?;
            Ok(key)
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
) -> Result<(), JoinGroupError> {
    let group = groups::hold(conn, &WhichGroup::Id(id))?.ok_or(JoinGroupError::Closed)?;
    if group_members::role_of(conn, group.id, user)?.is_some() {
        return Err(JoinGroupError::AlreadyIn);
    }
    let taken = claims::use_up(conn, claim, key, user, now)?.ok_or(JoinGroupError::Invitation)?;
    // The group is held: who is its admin now is so until this has happened.
    let issuer = taken.issuer_id.ok_or(JoinGroupError::Invitation)?;
    if !group_members::is_admin(conn, group.id, issuer)? {
        return Err(JoinGroupError::Invitation);
    }
    let role = Role::from_bits(taken.grants);
    group_members::insert(conn, group.id, user, role, false, now)?
        .ok_or(JoinGroupError::AlreadyIn)?;
    // Whoever is in needs no other offer, and asks for nothing any more.
    end_groundless(
        conn,
        &Groundless::Pair(Kind::Group, group.id.0, user),
        NOW,
        now,
    )?;
    Ok(())
}

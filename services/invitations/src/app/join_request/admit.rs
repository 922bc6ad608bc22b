//! Letting in whoever has asked: the membership, and the request's one use, on the right of somebody who may.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_peers::channels::ChannelId;

use super::right::Right;
use crate::app::App;
use crate::app::channel::join::admit_to_channel;
use crate::app::engine::once::{OnceError, act_once};
use crate::app::engine::redeem::RedeemError;
use crate::app::invitation::by_secret::Shut;
use crate::app::invitation::not_redeemed::{RedemptionError, refused};
use crate::domain::claim::{Claim, Person};
use crate::domain::group::{GroupId, Role, WhichGroup};
use crate::domain::invitation::Invitation;
use crate::domain::join_request::Word;
use crate::domain::kind::Kind;
use crate::domain::namespace::NamespaceId;
use crate::store::engine::claims;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups, join_requests};
use crate::store::namespace::{collaborators, namespaces};

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(super) async fn admit(
    app: &App,
    row: &Invitation,
    person: Person,
    (by, right): (UserId, Right),
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<RedemptionError>> {
    let (user, id) = (person.user, row.id);
    let claim = Claim::of_asker(person.clone(), id, row.kind, row.target_id);
    match (row.kind, row.target_id, right.since) {
        (Kind::Channel, Some(channel), Some(since)) => {
            let channel = ChannelId(channel);
            let joined = admit_to_channel(app, id, person, channel, (by, since), call).await;
            joined.map_err(|error| match error {
                RedeemError::Invitation(refusal) => OnceError::Refused(refused(refusal)),
                RedeemError::Act(error) => OnceError::Refused(error.into()),
                RedeemError::Repeated(begun) => OnceError::Repeated(begun),
                RedeemError::InDoubt(key, fault) => OnceError::InDoubt(key, fault),
                RedeemError::Fault(fault) => OnceError::Refused(fault.into()),
            })
        }
        (Kind::Group, Some(group), _) => {
            act_once(app, call, move |conn, key, now| {
                let_into_group(conn, GroupId(group), user, &claim, (key, by), now)
            })
            .await
        }
        (Kind::Namespace, Some(id), _) => {
            act_once(app, call, move |conn, key, now| {
                let_into_tree(conn, NamespaceId(id), user, &claim, (key, by), now)
            })
            .await
        }
        (
            Kind::Channel | Kind::Group | Kind::Namespace | Kind::Registration | Kind::Choir,
            _,
            _,
        ) => Err(OnceError::Refused(RedemptionError::TargetClosed)),
    }
}

/// Somebody else has decided it.
const fn decided() -> RedemptionError {
    RedemptionError::Shut(Shut::UsedUp)
}

fn let_into_group(
    conn: &mut Conn,
    id: GroupId,
    user: UserId,
    claim: &Claim,
    (key, by): (&ActKey, UserId),
    now: SqlNow,
) -> Result<(), RedemptionError> {
    let group = groups::hold(conn, &WhichGroup::Id(id))?.ok_or(RedemptionError::TargetClosed)?;
    if !group_members::is_admin(conn, group.id, by, now)? {
        return Err(RedemptionError::InviterLostRight);
    }
    let taken = claims::use_up(conn, claim, key, by, now)?.ok_or_else(decided)?;
    let role = Role::from_bits(taken.grants);
    let member = group_members::insert(conn, group.id, user, role, false, now)?;
    let member = member.ok_or(RedemptionError::AlreadyMember)?;
    if let Some(span) = taken.ends_after {
        group_members::end_after(conn, member.id, span, now)?;
    }
    join_requests::set_word(conn, taken.id, Word::Approved, now)?;
    let pair = Groundless::Pair(Kind::Group, group.id.0, user);
    end_groundless(conn, &pair, NOW, now)?;
    Ok(())
}

fn let_into_tree(
    conn: &mut Conn,
    id: NamespaceId,
    user: UserId,
    claim: &Claim,
    (key, by): (&ActKey, UserId),
    now: SqlNow,
) -> Result<(), RedemptionError> {
    let found = namespaces::hold_one(conn, id)?.ok_or(RedemptionError::TargetClosed)?;
    if found.owner_id != by {
        return Err(RedemptionError::InviterLostRight);
    }
    let taken = claims::use_up(conn, claim, key, by, now)?.ok_or_else(decided)?;
    if !collaborators::add(conn, found.root_id, user, now)? {
        return Err(RedemptionError::AlreadyMember);
    }
    if let Some(span) = taken.ends_after {
        collaborators::end_after(conn, found.root_id, user, span, now)?;
    }
    end_groundless(conn, &Groundless::InTree(found.root_id, user), NOW, now)?;
    Ok(())
}

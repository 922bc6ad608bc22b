//! Coming into what an invitation gives to people with an account, whether they show its secret or it is theirs.

use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;

use super::not_redeemed::{RedemptionError, refused};
use crate::app::App;
use crate::app::channel::join::join_in_person;
use crate::app::engine::once::OnceError;
use crate::app::engine::redeem::RedeemError;
use crate::app::group::join_by_secret::join_group;
use crate::app::namespace::join_by_secret::join_tree;
use crate::domain::claim::{Person, Which};
use crate::domain::grant::Grant;
use crate::domain::invitation::Invitation;

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(super) async fn enter(
    app: &App,
    which: Which,
    row: &Invitation,
    person: Person,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<RedemptionError>> {
    match Grant::of(row) {
        None | Some(Grant::Account) => Err(OnceError::Refused(RedemptionError::AccountThere)),
        Some(Grant::Channel(channel, _)) => {
            let joined = join_in_person(app, which, person, channel, call).await;
            joined.map_err(|error| match error {
                RedeemError::Invitation(refusal) => OnceError::Refused(refused(refusal)),
                RedeemError::Act(error) => OnceError::Refused(error.into()),
                RedeemError::Repeated(begun) => OnceError::Repeated(begun),
                RedeemError::InDoubt(key, fault) => OnceError::InDoubt(key, fault),
                RedeemError::Fault(fault) => OnceError::Refused(fault.into()),
            })
        }
        Some(Grant::Group(group, _)) => {
            issuer_is_alive(app, row).await?;
            let joined = join_group(app, which, person, group, call).await;
            joined.map_err(translated)
        }
        Some(Grant::Namespace(id)) => {
            issuer_is_alive(app, row).await?;
            let joined = join_tree(app, which, person, id, call).await;
            joined.map_err(translated)
        }
    }
}

/// Groups and namespaces are here, but who is locked is not.
async fn issuer_is_alive(app: &App, row: &Invitation) -> Result<(), OnceError<RedemptionError>> {
    let lost = || OnceError::Refused(RedemptionError::InviterLostRight);
    let issuer = row.issuer_id.ok_or_else(lost)?;
    let found = app.users.by_ids(vec![issuer]).await?;
    let is_alive = found.first().is_some_and(|one| !one.is_locked);
    is_alive.then_some(()).ok_or_else(lost)
}

pub(super) fn translated<E: Into<RedemptionError>>(
    error: OnceError<E>,
) -> OnceError<RedemptionError> {
    match error {
        OnceError::Repeated(begun) => OnceError::Repeated(begun),
        OnceError::InDoubt(key, fault) => OnceError::InDoubt(key, fault),
        OnceError::Refused(error) => OnceError::Refused(error.into()),
    }
}

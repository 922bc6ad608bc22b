//! Coming in by an invitation for several things: one use is taken for all of them, and each is an
//! act of its own. The account goes first; without it nothing is given and the use is whole again.

use std::convert::Infallible;

use latchkey_common::auth::UserId;
use latchkey_common::crash_point;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;

use super::finish::{finish, give_back, note_account, pending};
use super::not_redeemed::{RedemptionError, refused};
use super::promised::look_at;
use super::show::Shown;
use crate::app::App;
use crate::app::engine::once::OnceError;
use crate::app::engine::redeem::{Act, ActError, RedeemError, settle_soon, take};
use crate::app::registration::register::{MakeAccount, NewAccount, RegisterError};
use crate::domain::act::{DropReason, NewAct, Outcome};
use crate::domain::claim::{Claim, Person, Which};
use crate::domain::grant::Grant;
use crate::domain::invitation::{Invitation, OnLostRight, Use};
use crate::domain::kind::Direction;
use crate::store::engine::made;

/// Who comes.
pub(super) enum Comer {
    /// Somebody who has an account.
    Known(Person),
    /// Somebody who wants this one.
    New(NewAccount),
}

/// Lets them in. Answers the key of the use.
pub(super) async fn redeem_several(
    app: &App,
    which: Which,
    shown: &Shown,
    comer: Comer,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<RedemptionError>> {
    if shown.invitation.on_lost_right == OnLostRight::Refuse
        && let Some(lost) = first_lost(app, shown).await?
    {
        return Err(OnceError::Refused(nothing(lost)));
    }
    let key = ActKey::random();
    let promised = promised(shown, &comer);
    let claim = claim(which, shown, &comer);
    let taken = take::<Infallible>(app, &claim, call.as_ref(), &key, &promised).await;
    let invitation = taken.map_err(|error| match error {
        RedeemError::Invitation(refusal) => OnceError::Refused(refused(refusal)),
        RedeemError::Act(never) => match never {},
        RedeemError::Repeated(begun) => OnceError::Repeated(begun),
        RedeemError::InDoubt(key, fault) => OnceError::InDoubt(key, fault),
        RedeemError::Fault(fault) => fault.into(),
    })?;
    crash_point::reach(crash_point::AFTER_RESERVE);

    let giving = give_all(app, &key, &invitation, comer);
    match tokio::time::timeout(app.settings.act_deadline(), giving).await {
        Ok(Ok(Outcome::In)) => Ok(key),
        Ok(Ok(Outcome::Nothing(reason))) => Err(OnceError::Refused(nothing(reason))),
        Ok(Err(Failed::Refused(refused))) => Err(OnceError::Refused(refused.into())),
        Ok(Err(Failed::Fault(fault))) => Err(in_doubt(app, key, fault).await),
        Ok(Ok(Outcome::Open)) | Err(_) => Err(in_doubt(app, key, Fault::overloaded("act")).await),
    }
}

/// What was begun is finished by the job, which looks at once.
async fn in_doubt(app: &App, key: ActKey, fault: Fault) -> OnceError<RedemptionError> {
    settle_soon(app, key.clone()).await;
    OnceError::InDoubt(key, fault)
}

/// Why nobody gets any of it, where that is asked for.
async fn first_lost(app: &App, shown: &Shown) -> Result<Option<DropReason>, Fault> {
    let issuer = shown.invitation.issuer_id;
    let stands = look_at(app, &shown.grants, issuer).await?;
    Ok(stands.into_iter().find_map(|one| one.lost))
}

/// What the use shall bring: whoever has an account gets everything else.
fn promised(shown: &Shown, comer: &Comer) -> Vec<NewAct> {
    let is_known = matches!(comer, Comer::Known(..));
    let promises = shown.grants.iter().copied();
    promises
        .map(|promise| {
            let has_it = is_known && promise.grant == Grant::Account;
            NewAct {
                dropped: has_it.then_some(DropReason::AlreadyThere),
                ..NewAct::of(promise)
            }
        })
        .collect()
}

fn claim(which: Which, shown: &Shown, comer: &Comer) -> Claim {
    let row = &shown.invitation;
    let several = match comer {
        Comer::Known(person) => Claim::of_person(person.clone(), which, row.kind, row.target_id),
        Comer::New(account) => Claim {
            which,
            kind: row.kind,
            direction: Direction::Offer,
            target_id: row.target_id,
            user_id: None,
            email: None,
            username: account.username.as_str().to_owned(),
            several: true,
        },
    };
    Claim {
        several: true,
        ..several
    }
}

enum Failed {
    Refused(RegisterError),
    Fault(Fault),
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

async fn give_all(
    app: &App,
    key: &ActKey,
    invitation: &Invitation,
    comer: Comer,
) -> Result<Outcome, Failed> {
    let asked = key.clone();
    let used = app
        .db
        .look(move |conn| made::use_of(conn, asked.as_str()))
        .await?;
    let used = used.ok_or_else(|| Fault::internal("a use without a row in the ledger"))?;
    let who = match comer {
        Comer::Known(person) => person.user,
        Comer::New(account) => make_account(app, &used, invitation, account).await?,
    };
    Ok(finish(app, &used, who, invitation).await?)
}

async fn make_account(
    app: &App,
    used: &Use,
    invitation: &Invitation,
    account: NewAccount,
) -> Result<UserId, Failed> {
    let first = pending(app, used.id).await?.into_iter().next();
    let act = first.ok_or_else(|| Fault::internal("a use without its first act"))?;
    let making = MakeAccount::of(app, account);
    match making.perform(act.key(), invitation).await {
        Ok(account) => {
            crash_point::reach(crash_point::AFTER_ACT);
            note_account(app, &act, account.id).await?;
            crash_point::reach(crash_point::BETWEEN_ACTS);
            Ok(account.id)
        }
        Err(ActError::Refused(refused, ends)) => {
            give_back(app, used, ends).await?;
            Err(Failed::Refused(refused.into()))
        }
        Err(ActError::Barred) => Err(Fault::overloaded("act").into()),
        Err(ActError::Fault(fault)) => Err(fault.into()),
    }
}

/// Why nobody got anything.
const fn nothing(reason: DropReason) -> RedemptionError {
    match reason {
        DropReason::AlreadyThere => RedemptionError::AlreadyMember,
        DropReason::TargetClosed => RedemptionError::TargetClosed,
        DropReason::InviterLostRight | DropReason::NoAccount => RedemptionError::InviterLostRight,
    }
}

//! Letting somebody in by an invitation whose effect lies in another service's database: reserve,
//! act, settle. One way for every such kind; a kind brings its [`Act`].
//!
//! Every await here may be the last line that runs (a client that resets its connection drops the
//! handler, a machine dies): from the reservation on, [`super::settle`] covers the rest.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::crash_point;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::{Begun, OneCall, begin, forget};
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::act::NewAct;
use crate::domain::claim::{Claim, Refusal};
use crate::domain::invitation::{EndReason, Invitation};
use crate::store::engine::{acts, claims};

/// What an invitation of one kind does in another service.
#[async_trait]
pub(crate) trait Act: Send {
    /// What the act makes.
    type Made: Send;
    /// Why a rule of the other service refuses it.
    type Refused: Send;

    /// Does it. The same key twice does it once.
    async fn perform(
        self,
        key: ActKey,
        invitation: &Invitation,
    ) -> Result<Self::Made, ActError<Self::Refused>>;

    /// Whom it let in.
    fn who(made: &Self::Made) -> UserId;
}

/// How an act failed.
#[derive(Debug)]
pub(crate) enum ActError<R> {
    /// A rule refused it, and nothing was done. With a reason the invitation can let nobody in any
    /// more and ends.
    Refused(R, Option<EndReason>),
    /// The key was given up while the act was on its way.
    Barred,
    /// Trouble; the outcome may be unknown.
    Fault(Fault),
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedeemError<R: std::fmt::Debug> {
    /// The invitation lets this claim in no more, or never did.
    #[error("the invitation refuses: {0:?}")]
    Invitation(Refusal),
    /// A rule of the other service refuses; the invitation has its use back.
    #[error("the act was refused: {0:?}")]
    Act(R),
    /// The same call was made before.
    #[error("the call was made before")]
    Repeated(Begun),
    /// How the act of this key ends is not known yet. The use stays reserved until it is.
    #[error("the outcome of the act is unknown: {1}")]
    InDoubt(ActKey, #[source] Fault),
    /// Anything else; nobody was let in.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Between two looks whether a use has been given back: most acts take as long as hashing a password, and
/// an act that hangs is not worth asking often.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Uses an invitation up and lets somebody in: both, or neither. The key of a call that is made once is written down
/// with the reservation, and its act tells how it ended. Answers the act's key too.
pub(crate) async fn redeem_once<A: Act>(
    app: &App,
    claim: Claim,
    call: Option<OneCall>,
    act: A,
) -> Result<(ActKey, A::Made), RedeemError<A::Refused>>
where
    A::Refused: std::fmt::Debug,
{
    let key = ActKey::random();
    let invitation = take(app, &claim, call.as_ref(), &key, &[]).await?;
    crash_point::reach(crash_point::AFTER_RESERVE);

    let outcome = tokio::time::timeout(
        app.settings.act_deadline(),
        act.perform(key.clone(), &invitation),
    )
    .await
    .unwrap_or_else(|_| Err(ActError::Fault(Fault::overloaded("act"))));
    match outcome {
        Ok(made) => {
            crash_point::reach(crash_point::AFTER_ACT);
            settle(app, key.clone(), A::who(&made)).await;
            Ok((key, made))
        }
        Err(ActError::Refused(refused, ends)) => {
            release(app, key, ends).await;
            Err(RedeemError::Act(refused))
        }
        Err(ActError::Barred) => Err(RedeemError::Fault(Fault::overloaded("act"))),
        Err(ActError::Fault(fault)) if fault.leaves_outcome_unknown() => {
            settle_soon(app, key.clone()).await;
            let fault = if let Fault::Internal(source) = fault {
                Fault::unavailable("act", source)
            } else {
                fault
            };
            Err(RedeemError::InDoubt(key, fault))
        }
        Err(ActError::Fault(fault)) => {
            release(app, key, None).await;
            Err(RedeemError::Fault(fault))
        }
    }
}

/// Reserves a use, and writes down what it shall bring, where that is several things. Where only reservations of others stand in the way nobody is refused for good: an act
/// ends within its deadline, so that long its outcome is waited for, and then the client may come again.
pub(in crate::app) async fn take<R: std::fmt::Debug>(
    app: &App,
    claim: &Claim,
    call: Option<&OneCall>,
    key: &ActKey,
    promised: &[NewAct],
) -> Result<Invitation, RedeemError<R>> {
    let patience_ends = Instant::now() + app.settings.act_deadline();
    let mut pause = SHORTEST_PAUSE;
    loop {
        let reserved = match call {
            None if promised.is_empty() => reserve(app, claim.clone(), key.clone()).await?,
            call => {
                let reserved = reserve_with(
                    app,
                    claim.clone(),
                    call.cloned(),
                    key.clone(),
                    promised.to_vec(),
                );
                reserved.await?.map_err(RedeemError::Repeated)?
            }
        };
        if let Some(taken) = reserved {
            return Ok(taken);
        }
        match refusal(app, claim.clone()).await? {
            Refusal::Reserved if Instant::now() < patience_ends => {
                tokio::time::sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
            }
            Refusal::Reserved => return Err(Fault::overloaded("uses of the invitation").into()),
            refused @ (Refusal::NotFound
            | Refusal::OtherTarget
            | Refusal::NotYours
            | Refusal::Expired
            | Refusal::Ended) => return Err(RedeemError::Invitation(refused)),
        }
    }
}

async fn reserve(app: &App, claim: Claim, key: ActKey) -> Result<Option<Invitation>, Fault> {
    let (now, deadline) = (app.db.now(), app.settings.act_deadline());
    app.db
        .for_new()
        .write_single(move |conn| Ok(claims::reserve(conn, &claim, &key, deadline, now)?))
        .await
}

/// [`reserve`], and in the same transaction the call's key and what the use shall bring. `Err`: the call was made
/// before.
async fn reserve_with(
    app: &App,
    claim: Claim,
    call: Option<OneCall>,
    key: ActKey,
    promised: Vec<NewAct>,
) -> Result<Result<Option<Invitation>, Begun>, Fault> {
    let (now, deadline) = (app.db.now(), app.settings.act_deadline());
    app.db
        .for_new()
        .change(move |conn| {
            if let Some(call) = &call {
                let begun = begin(conn, call, Some(&key), now)?;
                if begun != Begun::New {
                    return Ok(Err(begun));
                }
            }
            let reserved = claims::reserve(conn, &claim, &key, deadline, now)?;
            match (&reserved, &call) {
                (Some(_), _) if promised.is_empty() => {}
                (Some(_), _) => acts::insert(conn, &key, &promised, now)?,
                (None, Some(call)) => forget(conn, call, &key)?,
                (None, None) => {}
            }
            Ok(Ok(reserved))
        })
        .await
}

async fn refusal(app: &App, claim: Claim) -> Result<Refusal, Fault> {
    let now = app.db.now();
    app.db
        .look(move |conn| claims::refusal(conn, &claim, now))
        .await
}

/// The act is done, so the answer is yes whatever happens here; the job settles what this leaves.
async fn settle(app: &App, key: ActKey, who: UserId) {
    crash_point::reach(crash_point::BEFORE_SETTLE);
    let now = app.db.now();
    let settled: Result<bool, Fault> = app
        .db
        .write_single(move |conn| Ok(claims::settle(conn, &key, who, now)?))
        .await;
    if let Err(fault) = settled {
        tracing::warn!(error = ?fault, "a use was not settled at once; the job will");
        app.to_settle.notify_one();
    }
}

async fn release(app: &App, key: ActKey, ends: Option<EndReason>) {
    let now = app.db.now();
    let released: Result<bool, Fault> = app
        .db
        .change(move |conn| claims::release(conn, &key, ends, now))
        .await;
    if let Err(fault) = released {
        tracing::warn!(error = ?fault, "a use was not given back at once; the job will");
        app.to_settle.notify_one();
    }
}

/// The outcome of this use is unknown: the job looks at it at once.
pub(in crate::app) async fn settle_soon(app: &App, key: ActKey) {
    let now = app.db.now();
    let marked: Result<(), Fault> = app
        .db
        .change(move |conn| claims::settle_soon(conn, &key, now))
        .await;
    if let Err(fault) = marked {
        tracing::warn!(error = ?fault, "a use could not be marked; the job waits for its deadline");
    }
    app.to_settle.notify_one();
}

//! Coming in by a secret: an account for somebody new, and for somebody who is known what the invitation gives.
//! Each kind lets in by its own way; all of them are the engine's.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::{Begun, OneCall, forget, found};
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::text;

use super::by_secret::{Opened, Shut, open_by_secret};
use super::enter::{enter, translated};
pub(crate) use super::not_redeemed::RedemptionError;
use super::not_redeemed::because;
use super::redeem_several::{Comer, redeem_several};
use super::redemption::{Redemption, of_key};
use crate::app::App;
use crate::app::engine::once::OnceError;
use crate::app::registration::register::{NewAccount, Registration, register_once};
use crate::domain::admission::Admission;
use crate::domain::claim::{Person, Which};
use crate::domain::grant::Grant;
use crate::domain::invitation::{Invitation, UseState};

/// Who comes.
#[derive(Debug, Clone)]
pub(crate) enum Guest {
    /// Somebody who is signed in: who, and their name.
    Known(UserId, String),
    /// Somebody new, with the name and the password that they want.
    New {
        /// The wanted name.
        username: String,
        /// The wanted password.
        password: Secret,
    },
    /// Somebody of whom nothing is known.
    Nobody,
}

/// What the use is known by, and whether the call was made before.
pub(crate) type Redeemed = (Redemption, bool);

/// Lets the guest in. What comes back may still be reserved: then its outcome is not known yet, and will be.
pub(crate) async fn redeem_secret(
    app: &App,
    secret: Secret,
    guest: Guest,
    call: Option<OneCall>,
) -> Result<Redeemed, RedemptionError> {
    if let Some(call) = &call
        && let Some(used) = made_before(app, call).await?
    {
        return Ok((used, true));
    }
    let who = match &guest {
        Guest::Known(user, _) => Some(*user),
        Guest::New { .. } | Guest::Nobody => None,
    };
    let outcome = attempt(app, &secret, who, guest, call.clone()).await;
    match told(app, call.as_ref(), outcome).await {
        Err(RedemptionError::Fault(fault)) => Err(fault.into()),
        Err(error) => Err(explained(app, &secret, who, error).await),
        redeemed => redeemed,
    }
}

/// What an attempt came to.
pub(in crate::app) async fn told(
    app: &App,
    call: Option<&OneCall>,
    outcome: Result<ActKey, OnceError<RedemptionError>>,
) -> Result<Redeemed, RedemptionError> {
    match outcome {
        Ok(key) => Ok((redemption_of(app, key).await?, false)),
        Err(OnceError::InDoubt(key, fault)) => {
            tracing::warn!(error = ?fault, "how a redemption ends is not known yet");
            Ok((redemption_of(app, key).await?, false))
        }
        Err(OnceError::Refused(RedemptionError::Fault(fault))) => Err(fault.into()),
        Err(error) => {
            // The same call may have been quicker: what refuses this one may be that one's doing.
            if let Some(call) = call
                && let Some(used) = made_before(app, call).await?
            {
                return Ok((used, true));
            }
            match error {
                OnceError::Refused(error) => Err(error),
                OnceError::Repeated(_) | OnceError::InDoubt(..) => {
                    Err(KeyRefusal::InProgress.into())
                }
            }
        }
    }
}

async fn attempt(
    app: &App,
    secret: &Secret,
    who: Option<UserId>,
    guest: Guest,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<RedemptionError>> {
    let opened = open_by_secret(app, secret, who).await;
    let opened = opened.map_err(|shut| OnceError::Refused(because(shut)))?;
    if opened.shown.admission == Admission::Request {
        return Err(OnceError::Refused(RedemptionError::ByRequest));
    }
    come_in(app, secret, &opened, guest, call).await
}

async fn come_in(
    app: &App,
    secret: &Secret,
    opened: &Opened,
    guest: Guest,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<RedemptionError>> {
    if opened.shown.invitation.gives_several() {
        let comer = comer(app, opened, guest).await;
        let comer = comer.map_err(OnceError::Refused)?;
        let which = Which::Secret(opened.hash);
        return redeem_several(app, which, &opened.shown, comer, call).await;
    }
    let (user, username) = match (opened.grant, guest) {
        (Grant::Account, Guest::New { username, password }) => {
            let form = Registration {
                token: secret.clone(),
                username,
                password,
            };
            let made = register_once(app, form, call).await;
            return made.map(|(key, _)| key).map_err(translated);
        }
        (Grant::Account, Guest::Nobody) => {
            return Err(OnceError::Refused(RedemptionError::AccountNeeded));
        }
        (Grant::Account, Guest::Known(..)) => {
            return Err(OnceError::Refused(RedemptionError::AccountThere));
        }
        (_, Guest::New { .. } | Guest::Nobody) => {
            return Err(OnceError::Refused(RedemptionError::SignInNeeded));
        }
        (_, Guest::Known(user, username)) => (user, username),
    };
    let row = &opened.shown.invitation;
    let person = in_person(app, row, user, username).await;
    let person = person.map_err(OnceError::Refused)?;
    enter(app, Which::Secret(opened.hash), row, person, call).await
}

/// Who comes for several things: without an account only where one is among them.
async fn comer(app: &App, opened: &Opened, guest: Guest) -> Result<Comer, RedemptionError> {
    match (opened.grant, guest) {
        (_, Guest::Known(user, username)) => {
            let row = &opened.shown.invitation;
            Ok(Comer::Known(in_person(app, row, user, username).await?))
        }
        (Grant::Account, Guest::New { username, password }) => {
            Ok(Comer::New(NewAccount::read(username, password)?))
        }
        (Grant::Account, Guest::Nobody) => Err(RedemptionError::AccountNeeded),
        (_, Guest::New { .. } | Guest::Nobody) => Err(RedemptionError::SignInNeeded),
    }
}

/// With the account's address, where the invitation is for whoever has one.
async fn in_person(
    app: &App,
    row: &Invitation,
    user: UserId,
    username: String,
) -> Result<Person, RedemptionError> {
    let mut person = Person {
        user,
        username,
        email: None,
    };
    if row.recipient_id.is_none()
        && let Some(address) = &row.recipient_email
    {
        let found = app.users.by_ids(vec![user]).await?.into_iter().next();
        let email = found.and_then(|one| one.email);
        person.email = email.map(|email| text::fold(&email));
        if person.email.as_ref() != Some(address) {
            return Err(RedemptionError::Shut(Shut::OtherRecipient));
        }
    }
    Ok(person)
}

/// [`made_before`], of a call that lets somebody in only where it meets what the other side has made.
pub(in crate::app) async fn settled_before(
    app: &App,
    call: Option<&OneCall>,
) -> Result<Option<Redemption>, RedemptionError> {
    let Some(call) = call else { return Ok(None) };
    let asked = call.clone();
    match app.db.look(move |conn| found(conn, &asked)).await? {
        Some(Begun::Act(_)) => made_before(app, call).await,
        None | Some(Begun::New | Begun::OtherCall | Begun::Answered(_)) => Ok(None),
    }
}

/// What became of the call, if it was made before. One that came to nothing may be made again.
pub(in crate::app) async fn made_before(
    app: &App,
    call: &OneCall,
) -> Result<Option<Redemption>, RedemptionError> {
    let (asked, act) = (call.clone(), call.clone());
    let begun = app.db.look(move |conn| found(conn, &asked)).await?;
    let key = match begun {
        None | Some(Begun::New) => return Ok(None),
        Some(Begun::OtherCall | Begun::Answered(_)) => return Err(KeyRefusal::OtherCall.into()),
        Some(Begun::Act(key)) => key,
    };
    let asked = key.clone();
    let found = app.db.look(move |conn| of_key(conn, &asked)).await?;
    match found {
        Some(found) if found.used.state == UseState::Used => Ok(Some(found)),
        Some(found) if found.used.state == UseState::Reserved => Err(KeyRefusal::InProgress.into()),
        Some(_) | None => {
            app.db.change(move |conn| forget(conn, &act, &key)).await?;
            Ok(None)
        }
    }
}

async fn redemption_of(app: &App, key: ActKey) -> Result<Redemption, Fault> {
    let found = app.db.look(move |conn| of_key(conn, &key)).await?;
    found.ok_or_else(|| Fault::internal("a use without a row in the ledger"))
}

/// Where the invitation has ended meanwhile, why so.
async fn explained(
    app: &App,
    secret: &Secret,
    who: Option<UserId>,
    error: RedemptionError,
) -> RedemptionError {
    let asks = matches!(
        error,
        RedemptionError::Shut(Shut::UsedUp) | RedemptionError::InviterLostRight
    );
    match open_by_secret(app, secret, who).await {
        Err(Shut::Fault(_)) | Ok(_) => error,
        Err(shut) if asks => because(shut),
        Err(_) => error,
    }
}

//! Making an account by a form on a page, and being signed in with it. The same form may come twice (a second
//! click, a page loaded anew): the second time finds what the first has made.

use std::time::{Duration, Instant};

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash, new_token};
use latchkey_peers::users::{DeviceMark, FirstSession};

use super::redeem::{Guest, RedemptionError, redeem_secret};
use super::redemption::Redemption;
use crate::app::App;
use crate::domain::invitation::UseState;

/// What the form says.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The invitation's secret.
    pub(crate) secret: Secret,
    /// The wanted name.
    pub(crate) username: String,
    /// The wanted password.
    pub(crate) password: Secret,
    /// Which form it is: it came with the page.
    pub(crate) key: String,
    /// What the browser calls itself.
    pub(crate) user_agent: Option<String>,
}

/// What signs the browser in that sent the form.
pub(crate) struct SignedUp {
    /// The session's token.
    pub(crate) token: Secret,
    /// What the device keeps.
    pub(crate) device: DeviceMark,
}

/// Between two looks what has become of the same form.
const PAUSE: Duration = Duration::from_millis(100);

/// Makes the account. `None`: it is made, and its owner has to sign in.
pub(crate) async fn sign_up(
    app: &App,
    form: Form,
) -> Result<(Redemption, Option<SignedUp>), RedemptionError> {
    let came = make_account(app, &form).await?;
    let session = begin_session(app, came.first_act.clone(), form.user_agent).await;
    let session = session.unwrap_or_else(|fault| {
        // The account is there, and that is what was asked for.
        tracing::warn!(error = ?fault, "an account was made and nobody signed in");
        None
    });
    Ok((came, session))
}

/// Lets somebody in who is signed in, by a form that may come twice.
pub(crate) async fn accept_by_form(
    app: &App,
    secret: Secret,
    (user, username): (UserId, String),
    key: String,
) -> Result<Redemption, RedemptionError> {
    let guest = Guest::Known(user, username.clone());
    redeem_by_form(app, &secret, &username, key, guest).await
}

async fn make_account(app: &App, form: &Form) -> Result<Redemption, RedemptionError> {
    let guest = Guest::New {
        username: form.username.clone(),
        password: form.password.clone(),
    };
    redeem_by_form(app, &form.secret, &form.username, form.key.clone(), guest).await
}

/// Waits while the same form is under way.
async fn redeem_by_form(
    app: &App,
    secret: &Secret,
    username: &str,
    mut key: String,
    guest: Guest,
) -> Result<Redemption, RedemptionError> {
    let patience_ends = Instant::now() + app.settings.act_deadline();
    loop {
        let call = call(secret, username, key.clone());
        match redeem_secret(app, secret.clone(), guest.clone(), Some(call)).await {
            Ok((came, _)) if came.used.state != UseState::Reserved => return Ok(came),
            Ok(_) | Err(RedemptionError::Key(KeyRefusal::InProgress))
                if Instant::now() < patience_ends =>
            {
                tokio::time::sleep(PAUSE).await;
            }
            Ok(_) | Err(RedemptionError::Key(KeyRefusal::InProgress)) => {
                return Err(Fault::overloaded("the same form").into());
            }
            // Another name in a form that was sent before: another wish.
            Err(RedemptionError::Key(KeyRefusal::OtherCall)) => {
                ActKey::random().as_str().clone_into(&mut key);
            }
            Err(error) => return Err(error),
        }
    }
}

/// The form as a call that is made once. A key is the secret's: nobody else has that. A fast hash of the
/// password is not kept anywhere, so it is no part of what is asked.
fn call(secret: &Secret, username: &str, key: String) -> OneCall {
    let hash = TokenHash::of(secret.expose()).hex();
    let asked = format!("form {hash} {username}");
    OneCall {
        fingerprint: *TokenHash::of(&asked).as_bytes(),
        caller: hash,
        key,
    }
}

async fn begin_session(
    app: &App,
    key: ActKey,
    user_agent: Option<String>,
) -> Result<Option<SignedUp>, Fault> {
    let (token, hash) = new_token()?;
    let ask = FirstSession {
        key,
        token: hash,
        user_agent,
    };
    let begun = app.users.begin_first_session(ask).await?;
    Ok(begun.map(|device| SignedUp { token, device }))
}

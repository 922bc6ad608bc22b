//! Asks somebody who is signed in for the password again.

use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::text;
use latchkey_common::trail::Fact;

use crate::app::App;
use crate::app::account::hashing::{For, Turn, as_typed};
use crate::app::session::login_failures::Try;
use crate::domain::password::Verdict;
use crate::store;

/// The turn at hashing that it took, for more of the same, and the hash that the password belongs to; `None`
/// when it is wrong. Wrong ones are counted like wrong logins, each session's by themselves: a stolen session is
/// no way around that limit, and nobody without one keeps a person from a new password.
pub(in crate::app) async fn confirm_password(
    app: &App,
    caller: &Caller,
    password: Secret,
) -> Result<Option<(Turn, String)>, Fault> {
    match look_at_password(app, caller, password).await? {
        Ok(right) => Ok(Some(right)),
        Err(wrong) => {
            wrong.count(app).await?;
            Ok(None)
        }
    }
}

/// A password that is wrong; whoever has it counts it.
pub(in crate::app) struct Wrong(Try);

impl Wrong {
    /// Counts it, and tells of it.
    pub(in crate::app) async fn count(self, app: &App) -> Result<(), Fault> {
        let Self(one) = self;
        app.count_failure(&one).await?;
        Fact::LoginFailed {
            name: Some(&one.name),
        }
        .record();
        Ok(())
    }
}

/// [`confirm_password`], for somebody who may know why it is wrong.
pub(in crate::app) async fn look_at_password(
    app: &App,
    caller: &Caller,
    password: Secret,
) -> Result<Result<(Turn, String), Wrong>, Fault> {
    let one = Try::signed_in(text::fold(&caller.username), caller.session);
    app.may_try(&one).await?;
    let password = as_typed(password);
    let turn = app.hashing.turn(For::SignedIn(caller.user)).await?;
    app.may_try(&one).await?;
    let user = caller.user;
    let (_, verified) = app
        .db
        .look(move |conn| store::passwords::credentials_of(conn, user))
        .await?
        .ok_or(Fault::Unauthenticated)?;
    if turn.verify(password, Some(verified.clone())).await? != Verdict::Wrong {
        return Ok(Ok((turn, verified)));
    }
    Ok(Err(Wrong(one)))
}

//! Whose API token a token is.

use std::time::Duration;

use latchkey_common::auth::ApiCaller;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;

use crate::app::App;
use crate::app::kept_answers::{Answers, Look};
use crate::domain::api_token::ApiTokenId;
use crate::store::api_tokens;

/// How old the last written use may be. An hour tells a token that is in use from a forgotten one,
/// and costs a busy program 24 writes a day.
const LAST_USE_AGE: Duration = Duration::from_hours(1);

/// `None` for a token that is unknown, revoked or over, or whose account is locked.
pub(crate) async fn resolve_api_token(
    app: &App,
    token: &TokenHash,
    from: Answers,
) -> Result<Option<ApiCaller>, Fault> {
    let question = match app.api_callers.look(token, from, app.now()) {
        Look::Kept(caller) => return Ok(Some(caller)),
        Look::Ask(question) => question,
    };
    let (token, now) = (*token, app.db.now());
    let found = app
        .db
        .look(move |conn| api_tokens::resolve(conn, &token, now))
        .await?;
    let Some(live) = found else { return Ok(None) };
    let is_due =
        |used: Millis| used.plus(LAST_USE_AGE) <= app.now() || used.is_of_the_future(app.now());
    if live.last_used_at.is_none_or(is_due) {
        note_use(app, live.id).await;
    }
    let caller = ApiCaller {
        user: live.account.id,
        username: live.account.username,
        uuid: live.account.uuid,
        email: live.account.email,
        created_at: live.account.created_at,
        is_super_user: live.account.is_super_user,
        scopes: api_tokens::read_scopes(&live.scopes),
    };
    let end = live.expires_at.unwrap_or(Millis(i64::MAX));
    app.api_callers.keep(token, question, end, caller.clone());
    Ok(Some(caller))
}

/// A token whose use cannot be noted just now (a full disk) is still good.
async fn note_use(app: &App, id: ApiTokenId) {
    let now = app.db.now();
    let noted = app
        .db
        .change(move |conn| api_tokens::touch(conn, id, LAST_USE_AGE, now))
        .await;
    if let Err(fault) = noted {
        tracing::warn!(%fault, "the use of an API token was not noted");
    }
}

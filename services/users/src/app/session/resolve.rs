//! Whose session a token is, and keeping it alive.

use latchkey_common::auth::{Caller, Resolved, SessionId};
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;

use crate::app::App;
use crate::app::kept_answers::{Answers, Look};
use crate::domain::session::renewal_age;
use crate::store;
use crate::store::sessions::Spans;

/// `None` for a token that is unknown, expired, ended, or whose account is locked. The session
/// slides: its end moves when the last written use is old enough, though not for ever.
pub(crate) async fn resolve_session(
    app: &App,
    token: &TokenHash,
    from: Answers,
) -> Result<Option<Resolved>, Fault> {
    let question = match app.callers.look(token, from, app.now()) {
        Look::Kept(caller) => {
            app.last_uses.note(caller.session, app.now());
            return Ok(Some(alive(caller, false, None)));
        }
        Look::Ask(question) => question,
    };
    let (token, now, longest) = (*token, app.db.now(), app.session_longest);
    let found = app
        .db
        .look(move |conn| store::sessions::resolve(conn, &token, longest, now))
        .await?;
    let Some(live) = found else { return Ok(None) };
    app.last_uses.note(live.id, app.now());
    let (age, written) = (renewal_age(app.session_life), live.last_used_at);
    let is_due = written.plus(age) <= app.now() || written.is_of_the_future(app.now());
    let renewed = is_due && renew(app, live.id).await;
    let caller = Caller {
        user: live.account.id,
        username: live.account.username,
        uuid: live.account.uuid,
        created_at: live.account.created_at,
        session: live.id,
        is_super_user: live.account.is_super_user,
    };
    if !is_due {
        app.callers
            .keep(token, question, live.expires_at, caller.clone());
    }
    let latest = live.created_at.plus(longest);
    Ok(Some(alive(caller, renewed, Some(latest))))
}

const fn alive(caller: Caller, renewed: bool, latest: Option<Millis>) -> Resolved {
    Resolved {
        caller,
        renewed,
        latest,
    }
}

/// A session that cannot be extended just now (a full disk, a busy database) is still alive:
/// reading goes on, and the next request tries again.
async fn renew(app: &App, id: SessionId) -> bool {
    let spans = Spans {
        age: renewal_age(app.session_life),
        life: app.session_life,
        longest: app.session_longest,
    };
    let now = app.db.now();
    app.db
        .change(move |conn| store::sessions::renew(conn, id, spans, now))
        .await
        .unwrap_or_else(|fault| {
            tracing::warn!(%fault, "a session was not extended");
            false
        })
}

//! Looking accounts up. Whether "nothing" is an error is the caller's to say.

use latchkey_common::auth::{AccountState, SessionId, Subject, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::text;
use latchkey_peers::MAX_BATCH;

use crate::app::App;
use crate::domain::account::Account;
use crate::store::{accounts, sessions};

/// The account with this name, without regard to case.
pub(crate) async fn find_by_name(app: &App, name: &str) -> Result<Option<Account>, Fault> {
    let keys = text::keys(name);
    app.db
        .look(move |conn| accounts::by_name(conn, &keys))
        .await
}

/// The accounts with these ids; unknown ones are left out.
///
/// # Errors
/// `Invalid` for more than [`MAX_BATCH`] ids.
pub(crate) async fn find_by_ids(app: &App, ids: Vec<UserId>) -> Result<Vec<Account>, Fault> {
    if ids.len() > MAX_BATCH {
        return Err(Fault::invalid("Too many ids in one question."));
    }
    app.db.look(move |conn| accounts::by_ids(conn, &ids)).await
}

/// The accounts with these UUIDs; unknown ones are left out.
///
/// # Errors
/// `Invalid` for more than [`MAX_BATCH`] of them.
pub(crate) async fn find_by_uuids(app: &App, uuids: Vec<String>) -> Result<Vec<Account>, Fault> {
    if uuids.len() > MAX_BATCH {
        return Err(Fault::invalid("Too many ids in one question."));
    }
    app.db
        .look(move |conn| accounts::by_uuids(conn, &uuids))
        .await
}

/// The account with this name, or with this e-mail address when there is an `@` in it.
pub(crate) async fn find_by_handle(app: &App, handle: &str) -> Result<Option<Account>, Fault> {
    if !handle.contains('@') {
        return find_by_name(app, handle).await;
    }
    let keys = text::keys(handle);
    app.db
        .look(move |conn| accounts::by_email(conn, &keys))
        .await
}

/// What signed tokens of an account are held against. `None` also when `session`, which the token was
/// made out of, is no live one of the account.
pub(crate) async fn account_state(
    app: &App,
    subject: &Subject,
    session: Option<SessionId>,
) -> Result<Option<AccountState>, Fault> {
    let (subject, now) = (subject.clone(), app.db.now());
    app.db
        .look(move |conn| {
            let Some(state) = accounts::state(conn, &subject)? else {
                return Ok(None);
            };
            let is_alive = match session {
                None => true,
                Some(session) => sessions::is_alive(conn, state.caller.user, session, now)?,
            };
            Ok(is_alive.then_some(state))
        })
        .await
}

/// All accounts, a page at a time.
pub(crate) async fn list_users(app: &App, page: Page) -> Result<Paged<Account>, Fault> {
    let size = page.size(app.list_ceiling);
    let after = page.after.unwrap_or(0);
    let rows = app
        .db
        .look(move |conn| accounts::page(conn, after, size.saturating_add(1)))
        .await?;
    Ok(Paged::cut(rows, size, |account| account.id.0))
}

/// True once there is a super user.
pub(crate) async fn has_super_user(app: &App) -> Result<bool, Fault> {
    app.db.look(accounts::has_super_user).await
}

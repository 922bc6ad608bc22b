//! Clearing away what has had its time. Each run works in small transactions until nothing is left.

use std::sync::Arc;

use latchkey_common::fault::Fault;

use super::App;
use crate::store::{self, PURGE_BATCH};

/// Deletes expired sessions, and reports them, so that a stream does not outlive its session. One that was
/// last used at a time that is still to come ends a life from now.
pub(crate) async fn purge_sessions(app: &App) -> Result<(), Fault> {
    let (now, life) = (app.db.now(), app.session_life);
    app.db
        .change(move |conn| store::sessions::pull_back(conn, life, now))
        .await?;
    loop {
        let (note, now) = (Arc::clone(&app.ended), app.db.now());
        let expired = app
            .db
            .write(move |conn| {
                let expired = store::sessions::purge(conn, now)?;
                note.note(&expired);
                Ok::<_, Fault>(expired)
            })
            .await?;
        app.ended.report(&expired);
        if is_last(expired.len()) {
            return Ok(());
        }
    }
}

/// Deletes API tokens that have ended.
pub(crate) async fn purge_api_tokens(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        let gone = app
            .db
            .change(move |conn| store::api_tokens::purge(conn, now))
            .await?;
        if is_last(gone) {
            return Ok(());
        }
    }
}

/// Deletes counts of failed logins whose window is over.
pub(crate) async fn purge_login_failures(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        let since = now.minus(app.settings.login_failure_window());
        let gone = app
            .db
            .change(move |conn| store::login_failures::purge(conn, since, now))
            .await?;
        if is_last(gone) {
            return Ok(());
        }
    }
}

/// Deletes links for another password whose time is over.
pub(crate) async fn purge_reset_links(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        let gone = app
            .db
            .change(move |conn| store::reset_links::purge(conn, now))
            .await?;
        if is_last(gone) {
            return Ok(());
        }
    }
}

/// Deletes events that are older than anybody who reads them may lag behind.
pub(crate) async fn purge_events(app: &App) -> Result<(), Fault> {
    loop {
        let before = app.db.now().minus(app.settings.event_life());
        let gone = app
            .db
            .change(move |conn| store::events::purge(conn, before))
            .await?;
        if is_last(gone) {
            return Ok(());
        }
    }
}

fn is_last(batch: usize) -> bool {
    i64::try_from(batch).is_ok_and(|rows| rows < PURGE_BATCH)
}

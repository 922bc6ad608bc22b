//! Ends one session: logging out, or closing another one of one's own.

use std::sync::Arc;

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Credential, Fact};

use crate::app::App;
use crate::store;

/// `None` when the person had no such session that was alive. Its streams have ended when this
/// answers.
pub(crate) async fn end_session(
    app: &App,
    user: UserId,
    session: SessionId,
    once: Option<Once<()>>,
) -> Result<Option<Made<()>>, CallError<Fault>> {
    let (ended, now) = (Arc::clone(&app.ended), app.now());
    let made = app
        .db
        .for_ending()
        .change_once(once, move |conn| {
            let was_alive = store::sessions::end(conn, user, session, now)?;
            if was_alive {
                ended.note(&[session]);
            }
            Ok(was_alive.then_some(()))
        })
        .await?;
    if let Some(Made::Now(())) = made {
        app.ended.report(&[session]);
        Fact::CredentialRevoked(Credential::Session(session.0), Some(user)).record();
    }
    Ok(made)
}

/// What was answered to a logout with a key. Whoever asks again shows the session that it ended.
pub(crate) async fn ended_before(app: &App, call: &OneCall) -> Option<Vec<u8>> {
    let before = app.db.answered_before::<CallError<Fault>>(Some(call), None);
    before.await.ok().flatten()
}

#[cfg(test)]
mod tests;

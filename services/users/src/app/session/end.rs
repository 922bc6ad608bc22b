//! Ends one session: logging out, or closing another one of one's own.

use std::sync::Arc;

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Credential, Fact};

use crate::app::App;
use crate::store;

/// True when the person had this session and it was alive. Its streams have ended when this
/// answers.
pub(crate) async fn end_session(
    app: &App,
    user: UserId,
    session: SessionId,
) -> Result<bool, Fault> {
    let (ended, now) = (Arc::clone(&app.ended), app.now());
    let was_alive = app
        .db
        .for_ending()
        .write(move |conn| {
            let was_alive = store::sessions::end(conn, user, session, now)?;
            if was_alive {
                ended.note(&[session]);
            }
            Ok::<_, Fault>(was_alive)
        })
        .await?;
    if was_alive {
        app.ended.report(&[session]);
        Fact::CredentialRevoked(Credential::Session(session.0), Some(user)).record();
    }
    Ok(was_alive)
}

#[cfg(test)]
mod tests;

//! Which sessions a person has.

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::session::Session;
use crate::store;

/// The live sessions of a person. There are never more than the cap, so the list is whole.
pub(crate) async fn list_sessions(app: &App, user: UserId) -> Result<Vec<Session>, Fault> {
    let now = app.db.now();
    app.db
        .look(move |conn| store::sessions::of_user(conn, user, now))
        .await
}

/// Which of these sessions are alive.
pub(crate) async fn live_sessions(app: &App, ids: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
    let now = app.db.now();
    app.db
        .look(move |conn| store::sessions::alive(conn, &ids, now))
        .await
}

//! What becomes of deleted accounts: the services ask whom to forget, say when they have, and the last of them frees the name.

use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;
use latchkey_peers::users::Part;

use crate::app::App;
use crate::store::departures;

/// How long after somebody has left a request of theirs may still come to something. None takes that long: deadlines are
/// seconds.
const STRAGGLERS: Duration = Duration::from_mins(1);

/// Whose part is to be forgotten.
pub(crate) async fn departed(app: &App, part: Part) -> Result<Vec<UserId>, Fault> {
    let since = app.db.now().minus(STRAGGLERS);
    let most = i64::try_from(MAX_BATCH).unwrap_or(i64::MAX);
    app.db
        .look(move |conn| departures::due(conn, part, since, most))
        .await
}

/// A part is forgotten. Saying so twice changes nothing.
pub(crate) async fn forgotten(app: &App, part: Part, user: UserId) -> Result<(), Fault> {
    // Almost always it is known: whoever left a moment ago is forgotten again and again.
    if app
        .db
        .look(move |conn| departures::is_forgotten(conn, part, user))
        .await?
    {
        return Ok(());
    }
    let now = app.db.now();
    let has_ended = app
        .db
        .for_ending()
        .change(move |conn| {
            departures::forgotten(conn, part, user, now)?;
            let has_ended = departures::end(conn, user, now)?;
            if has_ended {
                departures::free_name(conn, user)?;
            }
            Ok(has_ended)
        })
        .await?;
    if has_ended {
        tracing::info!(user = user.0, "a deleted person is forgotten everywhere");
    }
    Ok(())
}

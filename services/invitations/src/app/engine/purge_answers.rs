//! Forgetting what was answered to calls with a key, when nobody makes the same call again any more.

use latchkey_common::db::kept_answers;
use latchkey_common::fault::Fault;

use crate::app::App;

/// How many of them one transaction takes, so that nobody waits long for the rows.
const CHUNK: i64 = 1_000;

/// Forgets all whose time has passed.
pub(crate) async fn purge_answers(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        let gone = app
            .db
            .change(move |conn| kept_answers::purge(conn, now, CHUNK))
            .await?;
        if gone == 0 {
            return Ok(());
        }
    }
}

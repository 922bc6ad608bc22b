//! Forgetting what people have said of themselves who have asked for an account: they may never have got one. How their
//! wish ended stays.

use std::time::Duration;

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::applications;

/// How many of them one transaction takes.
const CHUNK: i64 = 1_000;

/// Forgets those whose wish ended as long ago as a wish may wait, so that whoever asked can see the answer.
pub(crate) async fn forget_applications(app: &App) -> Result<(), Fault> {
    let life = Duration::from_secs(app.settings.application_life_s);
    loop {
        let end = app.db.now().process().minus(life);
        let forgotten = app
            .db
            .change(move |conn| applications::forget(conn, end, CHUNK))
            .await?;
        if forgotten == 0 {
            return Ok(());
        }
    }
}

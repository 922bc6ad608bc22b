//! The acts that made memberships, for comparing the ledger of invitations with what is there.

use latchkey_common::db::act_keys::{self, ActKey};
use latchkey_common::fault::Fault;
use latchkey_peers::MadeAct;

use super::App;

/// At most `limit` of them behind `after`, in the order of their keys.
pub(crate) async fn made_acts(
    app: &App,
    after: Option<ActKey>,
    limit: i64,
) -> Result<Vec<MadeAct>, Fault> {
    let limit = limit.min(app.list_ceiling);
    let made = app
        .db
        .look(move |conn| act_keys::list_made(conn, after.as_ref(), limit));
    Ok(made.await?.into_iter().map(MadeAct::from).collect())
}

//! Taking invitations from somebody again.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::blocks;

/// False when nothing stood in the way.
pub(crate) async fn unblock(app: &App, me: UserId, whom: UserId) -> Result<bool, Fault> {
    app.db
        .for_ending()
        .change(move |conn| blocks::remove(conn, me, whom))
        .await
}

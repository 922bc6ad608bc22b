//! Says how the making of an account ended, for good.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::{self, ActKey, Decision};
use latchkey_common::fault::Fault;
use latchkey_peers::Decided;
use latchkey_peers::users::UserView;

use crate::app::App;
use crate::store::accounts;

/// The account that the key made; or the key is barred from now on.
pub(crate) async fn decide_account(app: &App, key: ActKey) -> Result<Decided<UserView>, Fault> {
    let now = app.db.now();
    app.db
        .write(move |conn| match act_keys::decide(conn, &key, now)? {
            Decision::Barred => Ok(Decided::Barred),
            Decision::Made(id) => accounts::find(conn, UserId(id))?
                .map(|account| Decided::Made(account.into()))
                .ok_or_else(|| Fault::internal("a key names an account that is gone")),
        })
        .await
}

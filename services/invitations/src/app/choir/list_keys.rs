//! Listing keys of the choir contract, newest first, never the keys themselves.

use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::People;

use super::whitelist::may_make_keys;
use crate::app::App;
use crate::domain::choir::ChoirKey;
use crate::store::choir::choir_keys::{self, KeysOf};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListKeysError {
    /// Not on the white list.
    #[error("not on the white list")]
    NotAllowed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ListKeysError);

/// One's own.
pub(crate) async fn list_choir_keys(
    app: &App,
    caller: &Caller,
) -> Result<Vec<ChoirKey>, ListKeysError> {
    if !may_make_keys(app, caller).await? {
        return Err(ListKeysError::NotAllowed);
    }
    Ok(list(app, KeysOf::Person(caller.user)).await?)
}

/// Everybody's, with the owners' names.
pub(crate) async fn list_all_choir_keys(app: &App) -> Result<(Vec<ChoirKey>, People), Fault> {
    let keys = list(app, KeysOf::All).await?;
    let people = People::find(&app.users, keys.iter().filter_map(|key| key.owner)).await?;
    Ok((keys, people))
}

async fn list(app: &App, of: KeysOf) -> Result<Vec<ChoirKey>, Fault> {
    let limit = app.list_ceiling;
    app.db
        .look(move |conn| choir_keys::list(conn, of, limit))
        .await
}

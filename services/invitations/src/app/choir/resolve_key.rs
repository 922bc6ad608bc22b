//! Whose key this is. Asked anew for every call, so that deleting a key, or locking its owner, works
//! at once.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::choir::{ChoirKey, read_key};
use crate::store::choir::choir_keys;

/// Compared with where there is no such key, so that the answer takes no less time.
const NO_HASH: [u8; 32] = [0; 32];

/// The key that this text is, if it is alive and its owner may still come in.
pub(crate) async fn resolve_choir_key(app: &App, text: &str) -> Result<Option<ChoirKey>, Fault> {
    let Some(key) = find_alive(app, text).await? else {
        return Ok(None);
    };
    if let Some(owner) = key.owner {
        let accounts = app.users.by_ids(vec![owner]).await?;
        if accounts.first().is_none_or(|account| account.is_locked) {
            return Ok(None);
        }
    }
    Ok(Some(key))
}

/// The key that this text is, if it was not deleted.
pub(super) async fn find_alive(app: &App, text: &str) -> Result<Option<ChoirKey>, Fault> {
    let Some((id, hash)) = read_key(text) else {
        return Ok(None);
    };
    let found = app.db.look(move |conn| choir_keys::find(conn, id)).await?;
    let (key, kept) = found.map_or((None, NO_HASH.to_vec()), |(key, kept)| (Some(key), kept));
    Ok(key.filter(|_| hash.is(&kept)))
}

//! Deleting a key of the choir contract. It works at once, because no answer about a key is kept.

use latchkey_common::audit::Actor;
use latchkey_common::auth::{Caller, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Credential, Fact};
use latchkey_common::via_fault;

use super::resolve_key::find_alive;
use super::whitelist::may_make_keys;
use crate::app::App;
use crate::domain::choir::ChoirKeyId;
use crate::store::audit;
use crate::store::choir::choir_keys::{self, KeysOf};

/// Why nothing was deleted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RevokeKeyError {
    /// Not on the white list.
    #[error("not on the white list")]
    NotAllowed,
    /// No such key, or somebody else's.
    #[error("no such key")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RevokeKeyError);

/// Deletes one's own key. `named` is its number, or the key itself.
pub(crate) async fn revoke_choir_key(
    app: &App,
    caller: &Caller,
    named: &str,
) -> Result<(), RevokeKeyError> {
    if !may_make_keys(app, caller).await? {
        return Err(RevokeKeyError::NotAllowed);
    }
    let id = which(app, caller.user, named).await?;
    revoke(app, id, KeysOf::Person(caller.user), None).await
}

async fn which(app: &App, owner: UserId, named: &str) -> Result<ChoirKeyId, RevokeKeyError> {
    if let Ok(number) = named.parse() {
        return Ok(ChoirKeyId(number));
    }
    let key = find_alive(app, named).await?;
    key.filter(|key| key.owner == Some(owner))
        .map(|key| key.id)
        .ok_or(RevokeKeyError::NotFound)
}

/// Deletes anybody's key, for the operator.
pub(crate) async fn revoke_any_choir_key(
    app: &App,
    by: Actor,
    id: ChoirKeyId,
) -> Result<(), RevokeKeyError> {
    revoke(app, id, KeysOf::All, Some(by)).await
}

/// `by` is who ends what may be somebody else's.
async fn revoke(
    app: &App,
    id: ChoirKeyId,
    of: KeysOf,
    by: Option<Actor>,
) -> Result<(), RevokeKeyError> {
    let (now, owner) = (app.db.now(), of.person());
    let fact = Fact::CredentialRevoked(Credential::ChoirKey(id.0), owner);
    let is_gone = app
        .db
        .for_ending()
        .change(move |conn| {
            let key = choir_keys::find(conn, id)?;
            let is_gone = choir_keys::revoke(conn, id, of, now)?;
            if let (Some(by), Some((key, _)), true) = (&by, key, is_gone) {
                audit::choir_key(conn, by, &fact, (key.owner, &key.name), now)?;
            }
            Ok(is_gone)
        })
        .await?;
    if !is_gone {
        return Err(RevokeKeyError::NotFound);
    }
    fact.record();
    Ok(())
}

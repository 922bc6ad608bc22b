//! Making a key of the choir contract. It is shown once and kept as a hash.

use latchkey_common::audit::Actor;
use latchkey_common::auth::{Caller, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash, new_token};
use latchkey_common::trail::{Credential, Fact};
use latchkey_common::{text, via_fault};

use super::whitelist::may_make_keys;
use crate::app::App;
use crate::domain::choir::{ChoirKey, MAX_KEY_NAME, key_text};
use crate::store::audit;
use crate::store::choir::choir_keys;
use crate::store::engine::issuers::hold_issuer;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateKeyError {
    /// Not on the white list.
    #[error("not on the white list")]
    NotAllowed,
    /// Too many keys already.
    #[error("too many keys")]
    TooMany,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CreateKeyError);

/// A key of somebody on the white list.
pub(crate) async fn create_choir_key(
    app: &App,
    caller: &Caller,
    name: String,
) -> Result<(ChoirKey, Secret), CreateKeyError> {
    if !may_make_keys(app, caller).await? {
        return Err(CreateKeyError::NotAllowed);
    }
    let most = app
        .limits
        .are_on()
        .then_some(app.settings.choir_keys_per_person);
    keep(app, Some(caller.user), None, name, most).await
}

/// A key of the operator's.
pub(crate) async fn create_operator_key(
    app: &App,
    by: Actor,
    name: String,
) -> Result<(ChoirKey, Secret), CreateKeyError> {
    keep(app, None, Some(by), name, None).await
}

async fn keep(
    app: &App,
    owner: Option<UserId>,
    by: Option<Actor>,
    name: String,
    most: Option<i64>,
) -> Result<(ChoirKey, Secret), CreateKeyError> {
    let name = name.trim().to_owned();
    if !text::is_name(&name, 1, MAX_KEY_NAME) {
        let sentence = "A key's name has 1 to 100 characters, none of them invisible";
        return Err(Fault::invalid(sentence).into());
    }
    let (secret, hash) = new_secret()?;
    let now = app.db.now();
    let key = app
        .db
        .for_new()
        .write(move |conn| {
            if let (Some(owner), Some(most)) = (owner, most) {
                hold_issuer(conn, owner)?;
                if choir_keys::count(conn, owner)? >= most {
                    return Err(CreateKeyError::TooMany);
                }
            }
            let key = choir_keys::insert(conn, owner, &name, &hash, now)?;
            if let Some(by) = &by {
                let fact = Fact::CredentialMade(Credential::ChoirKey(key.id.0), owner);
                audit::choir_key(conn, by, &fact, (owner, &key.name), now)?;
            }
            Ok(key)
        })
        .await?;
    let text = key_text(key.id, &secret);
    Fact::CredentialMade(Credential::ChoirKey(key.id.0), owner).record();
    Ok((key, text))
}

/// Without padding: a key is pasted into addresses.
fn new_secret() -> Result<(Secret, TokenHash), Fault> {
    let (token, _) = new_token()?;
    let secret = token.expose().trim_end_matches('=');
    Ok((Secret::new(secret), TokenHash::of(secret)))
}

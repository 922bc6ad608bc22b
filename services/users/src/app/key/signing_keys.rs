//! The keys that sign tokens: making the first, exchanging it, publishing them.

use std::sync::Arc;

use latchkey_common::auth::jwt::{NewKey, SigningAlgorithm, SigningKey, VerifyingKey};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::domain::signing_key::SigningKeyInfo;
use crate::store::signing_keys::{self, Active, NewRow};

/// Makes a key when none signs, and exchanges it when it is of another algorithm than the one that
/// is set. Of several who do so at once, one makes it.
pub(crate) async fn ensure_signing_key(app: &App) -> Result<(), Fault> {
    let active = app.db.look(signing_keys::active).await?;
    match active {
        Some(active) if active.algorithm == app.settings.signing_algorithm => Ok(()),
        Some(active) => {
            tracing::info!(old = %active.algorithm, "another signing algorithm is set");
            let old = in_force(app, active)?;
            exchange(app, Some(old.kid().to_owned())).await
        }
        None => exchange(app, None).await,
    }
}

/// A new key signs from now on; the old one goes on checking what it signed.
pub(crate) async fn rotate_signing_key(app: &App) -> Result<Vec<SigningKeyInfo>, Fault> {
    let active = app.db.look(signing_keys::active).await?;
    let old = active.map(|active| in_force(app, active)).transpose()?;
    exchange(app, old.map(|key| key.kid().to_owned())).await?;
    list_signing_keys(app).await
}

/// All keys, the newest first.
pub(crate) async fn list_signing_keys(app: &App) -> Result<Vec<SigningKeyInfo>, Fault> {
    app.db.look(signing_keys::all).await
}

/// The public keys as JSON, each an object.
pub(crate) async fn public_keys(app: &App) -> Result<Vec<String>, Fault> {
    app.db.look(signing_keys::public).await
}

/// The public key with this id.
pub(crate) async fn verifying_key(
    app: &App,
    kid: &str,
) -> Result<Option<Arc<VerifyingKey>>, Fault> {
    app.keys.find(kid, || verifying_keys(app)).await
}

/// Deletes retired keys under which no token lives any more.
pub(crate) async fn purge_signing_keys(app: &App) -> Result<(), Fault> {
    let now = app.db.now();
    let gone = app
        .db
        .change(move |conn| signing_keys::purge(conn, now))
        .await?;
    if gone > 0 {
        app.keys.replace(verifying_keys(app).await?);
    }
    Ok(())
}

/// True unless the key that signs lies under another master key.
pub(crate) async fn check_signing_key(app: &App) -> Result<(), Fault> {
    let active = app.db.look(signing_keys::active).await?;
    active.map_or(Ok(()), |active| unseal(app, active).map(drop))
}

/// The private key that signs, for whoever needs it. A wrong master key is an outage, and nothing
/// new is sealed under it: nobody could open that when the right one is back.
pub(in crate::app) fn in_force(app: &App, row: Active) -> Result<SigningKey, Fault> {
    match unseal(app, row) {
        Err(wrong @ Fault::Invalid(_)) => Err(Fault::unavailable("the right master key", wrong)),
        outcome => outcome,
    }
}

/// The private key of a row.
fn unseal(app: &App, row: Active) -> Result<SigningKey, Fault> {
    let plain = app
        .master_key
        .open(&seal_row(&row.kid), &row.sealed_private)
        .ok_or_else(|| {
            Fault::invalid("the master key is not the one that sealed the signing key")
        })?;
    let pem = String::from_utf8(plain).map_err(Fault::internal)?;
    SigningKey::open(row.kid, row.algorithm, &Secret::new(pem))
}

/// Retires the key `old`, if it still signs, and lets a new one sign.
async fn exchange(app: &App, old: Option<String>) -> Result<(), Fault> {
    let new = generate(app.settings.signing_algorithm).await?;
    let row = NewRow {
        sealed_private: app
            .master_key
            .seal(&seal_row(&new.kid), new.private.expose().as_bytes())?,
        kid: new.kid,
        algorithm: new.algorithm,
        public_jwk: new.public,
    };
    let now = app.db.now();
    let public = app
        .db
        .write(move |conn| {
            // Somebody who exchanged the same key in between has done the work.
            if let Some(old) = &old {
                signing_keys::retire(conn, old, now)?;
            }
            signing_keys::insert(conn, &row, now)?;
            Ok::<_, Fault>(signing_keys::public(conn)?)
        })
        .await?;
    app.keys.replace(read_all(&public)?);
    Ok(())
}

async fn generate(algorithm: SigningAlgorithm) -> Result<NewKey, Fault> {
    spawn_blocking(move || SigningKey::generate(algorithm))
        .await
        .map_err(Fault::internal)?
}

async fn verifying_keys(app: &App) -> Result<Vec<VerifyingKey>, Fault> {
    read_all(&public_keys(app).await?)
}

fn read_all(public: &[String]) -> Result<Vec<VerifyingKey>, Fault> {
    public
        .iter()
        .map(|json| VerifyingKey::of_jwk(json))
        .collect()
}

fn seal_row(kid: &str) -> Vec<u8> {
    format!("signing-key {kid}").into_bytes()
}

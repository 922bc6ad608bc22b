//! The keys that sign tokens: making the first, exchanging it, publishing them.

use std::sync::Arc;

use latchkey_common::audit::Actor;
use latchkey_common::auth::jwt::{NewKey, SigningAlgorithm, SigningKey, VerifyingKey};
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Credential, Fact};
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::domain::signing_key::SigningKeyInfo;
use crate::store::audit;
use crate::store::signing_keys::{self, Active, NewRow};

/// Brings the keys to where they should be: the one that waits signs when it is due; one is made when none
/// signs, and one waits when another algorithm is set. Of several who do so at once, one does it.
pub(crate) async fn ensure_signing_key(app: &App) -> Result<(), Fault> {
    let (now, lead) = (app.db.now(), app.settings.signing_key_lead());
    let (active, waiting) = app
        .db
        .look(move |conn| {
            let active = signing_keys::active(conn)?;
            Ok((active, signing_keys::waiting(conn, lead, now)?))
        })
        .await?;
    let wanted = app.settings.signing_algorithm;
    match (active, waiting) {
        (None, None) => begin(app).await,
        (None, Some(next)) => promote(app, None, next.kid).await,
        (Some(_), Some(next)) if next.algorithm == wanted && !next.is_due => Ok(()),
        (Some(old), Some(next)) if next.algorithm == wanted => {
            promote(app, Some(old.kid), next.kid).await
        }
        (Some(old), waiting) if old.algorithm != wanted => {
            tracing::info!(old = %old.algorithm, new = %wanted, "another signing algorithm is set");
            publish(app, old, waiting.map(|next| next.kid), None).await
        }
        // The setting was taken back before the other one signed.
        (Some(_), Some(unwanted)) => {
            exchange(app, move |conn| signing_keys::withdraw(conn, &unwanted.kid)).await
        }
        (Some(_), None) => Ok(()),
    }
}

/// A new key is published, and signs when everybody who checks tokens knows it; the old one goes on checking what it
/// signed. While one waits, it is the new one.
pub(crate) async fn rotate_signing_key(app: &App, by: Actor) -> Result<Vec<SigningKeyInfo>, Fault> {
    ensure_signing_key(app).await?;
    let (now, lead) = (app.db.now(), app.settings.signing_key_lead());
    let (active, waiting) = app
        .db
        .look(move |conn| {
            let active = signing_keys::active(conn)?;
            Ok((active, signing_keys::waiting(conn, lead, now)?))
        })
        .await?;
    if let (Some(old), None) = (active, waiting) {
        publish(app, old, None, Some(by)).await?;
    }
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
    active.map_or(Ok(()), |active| unseal(&app.master_key, active).map(drop))
}

/// The private key that signs, for whoever needs it. A wrong master key is an outage, and nothing
/// new is sealed under it: nobody could open that when the right one is back.
pub(in crate::app) fn in_force(master_key: &MasterKey, row: Active) -> Result<SigningKey, Fault> {
    match unseal(master_key, row) {
        Err(wrong @ Fault::Invalid(_)) => Err(Fault::unavailable("the right master key", wrong)),
        outcome => outcome,
    }
}

/// The private key of a row.
fn unseal(master_key: &MasterKey, row: Active) -> Result<SigningKey, Fault> {
    let plain = master_key
        .open(&seal_row(&row.kid), &row.sealed_private)
        .ok_or_else(|| {
            Fault::invalid("the master key is not the one that sealed the signing key")
        })?;
    let pem = String::from_utf8(plain).map_err(Fault::internal)?;
    SigningKey::open(row.kid, row.algorithm, &Secret::new(pem))
}

/// The first key: it signs at once, because nothing was signed before it that anybody could know.
async fn begin(app: &App) -> Result<(), Fault> {
    let (row, now) = (new_row(app).await?, app.db.now());
    exchange(app, move |conn| signing_keys::begin(conn, &row, now)).await
}

/// Publishes the key that signs after `old`, in place of one that waits under another algorithm. Nothing new is
/// sealed under a master key that does not open the old one. `by` is who wants it, where no setting does.
async fn publish(
    app: &App,
    old: Active,
    instead_of: Option<String>,
    by: Option<Actor>,
) -> Result<(), Fault> {
    in_force(&app.master_key, old)?;
    let (row, now) = (new_row(app).await?, app.db.now());
    exchange(app, move |conn| {
        if let Some(unwanted) = &instead_of {
            signing_keys::withdraw(conn, unwanted)?;
        }
        if signing_keys::publish(conn, &row, now)?
            && let Some(by) = &by
        {
            audit::key_made(conn, by, &row.kid, now)?;
        }
        Ok(())
    })
    .await?;
    Fact::CredentialMade(Credential::SigningKey, None).record();
    Ok(())
}

/// Retires the key `old`, if it still signs, and lets the one sign that waits.
async fn promote(app: &App, old: Option<String>, next: String) -> Result<(), Fault> {
    let now = app.db.now();
    exchange(app, move |conn| {
        if let Some(old) = &old {
            signing_keys::retire(conn, old, now)?;
        }
        if signing_keys::active(conn)?.is_none() {
            signing_keys::promote(conn, &next, now)?;
        }
        Ok(())
    })
    .await
}

/// Changes the keys, and keeps in mind which are public.
async fn exchange(
    app: &App,
    change: impl Fn(&mut Conn) -> QueryResult<()> + Send + 'static,
) -> Result<(), Fault> {
    let public = app
        .db
        .for_ending()
        .write(move |conn| {
            change(conn)?;
            Ok::<_, Fault>(signing_keys::public(conn)?)
        })
        .await?;
    app.keys.replace(read_all(&public)?);
    Ok(())
}

async fn new_row(app: &App) -> Result<NewRow, Fault> {
    let new = generate(app.settings.signing_algorithm).await?;
    Ok(NewRow {
        sealed_private: app
            .master_key
            .seal(&seal_row(&new.kid), new.private.expose().as_bytes())?,
        kid: new.kid,
        algorithm: new.algorithm,
        public_jwk: new.public,
    })
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

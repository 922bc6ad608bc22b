//! Finding out whether the master key is the one that sealed what lies in the database: a known text
//! is kept under it.

use latchkey_common::db::Db;
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;

use crate::app::App;
use crate::store::engine::seal_check;

const ROW: &[u8] = b"seal-check";
const KNOWN: &[u8] = b"latchkey";

/// Refuses a wrong key. In a new database the known text is written first.
///
/// # Errors
/// `Invalid` with a sentence for the operator when the key is another one.
pub(crate) async fn check_master_key(db: &Db, key: &MasterKey) -> Result<(), Fault> {
    let sealed = match kept(db).await? {
        None => keep(db, key).await?,
        kept => kept,
    };
    fits(key, sealed)
}

/// The key, for sealing something new. A wrong one seals nothing: when the right one is back,
/// nobody could open that.
///
/// # Errors
/// `Unavailable` when the key is another one.
pub(in crate::app) async fn sealing_key(app: &App) -> Result<&MasterKey, Fault> {
    match check_master_key(&app.db, &app.master_key).await {
        Ok(()) => Ok(&app.master_key),
        Err(wrong @ Fault::Invalid(_)) => Err(Fault::unavailable("the right master key", wrong)),
        Err(other) => Err(other),
    }
}

/// Refuses a wrong key without writing: every key fits a database that keeps nothing yet.
///
/// # Errors
/// `Invalid` with a sentence for the operator when the key is another one.
pub async fn look_at_master_key(db: &Db, key: &MasterKey) -> Result<(), Fault> {
    match kept(db).await? {
        None => Ok(()),
        sealed => fits(key, sealed),
    }
}

fn fits(key: &MasterKey, sealed: Option<Vec<u8>>) -> Result<(), Fault> {
    let plain = sealed.and_then(|sealed| key.open(ROW, &sealed));
    if plain.as_deref() != Some(KNOWN) {
        return Err(Fault::invalid(
            "the master key is not the one that sealed this database",
        ));
    }
    Ok(())
}

async fn kept(db: &Db) -> Result<Option<Vec<u8>>, Fault> {
    db.look(seal_check::kept).await
}

/// A new database alone is written to: readiness must not hang on a full disk.
async fn keep(db: &Db, key: &MasterKey) -> Result<Option<Vec<u8>>, Fault> {
    let sealed = key.seal(ROW, KNOWN)?;
    db.write(move |conn| {
        seal_check::keep(conn, &sealed)?;
        Ok(seal_check::kept(conn)?)
    })
    .await
}

//! The keys of the services, and of whoever operates them.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::{Secret, new_token, random_bytes};

use super::SERVICES;
use super::files::Files;
use crate::output::Trouble;

/// Who seals something. Each under a key of its own: what one service loses opens nothing of another.
const SEALING: [&str; 2] = ["users", "invitations"];

/// What an Ed25519 key is made from.
const SEED_BYTES: usize = 32;

pub(super) fn make(files: &Files<'_>) -> Result<(), Trouble> {
    let operator = operator_key(files)?;
    for service in SERVICES {
        let name = format!("{service}/service.key");
        let private = files.keep(&name, new_service_key)?;
        let public = public_key(&private).ok_or_else(|| {
            let path = files.path(&name);
            Trouble::said(format!("{}: must be 32 bytes as base64", path.display()))
        })?;
        for peer in SERVICES {
            files.keep_this(&format!("{peer}/peers/{service}.pub"), &public)?;
        }
        files.keep_this(&format!("{service}/operator.key"), &operator)?;
    }
    for service in SEALING {
        files.keep(&format!("{service}/master.key"), MasterKey::generate)?;
    }
    Ok(())
}

/// The key that some service has already, or else a new one.
fn operator_key(files: &Files<'_>) -> Result<Secret, Trouble> {
    for service in SERVICES {
        if let Some(key) = files.read(&format!("{service}/operator.key"))? {
            return Ok(key);
        }
    }
    let (key, _) = new_token()?;
    Ok(key)
}

fn new_service_key() -> Result<Secret, Fault> {
    let seed = random_bytes::<SEED_BYTES>()?;
    Ok(Secret::new(STANDARD.encode(seed)))
}

/// The public half of a service's key; `None` when that is no key.
pub(super) fn public_key(private: &Secret) -> Option<Secret> {
    let seed = STANDARD.decode(private.expose()).ok()?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
    Some(Secret::new(STANDARD.encode(pair.public_key())))
}

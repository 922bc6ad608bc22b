//! The keys of the services, and of whoever operates them.

use latchkey_common::clock::Clock;
use latchkey_common::rpc::{KeyPair, ServiceKey};
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::{Secret, new_token};

use super::SERVICES;
use super::files::Files;
use latchkey_process::Trouble;

/// Who seals something. Each under a key of its own: what one service loses opens nothing of another.
const SEALING: [&str; 2] = ["users", "invitations"];

pub(super) fn make(files: &Files<'_>) -> Result<(), Trouble> {
    let operator = operator_key(files)?;
    for service in SERVICES {
        let name = format!("{service}/service.key");
        let private = files.keep(&name, || Ok(KeyPair::generate()?.private))?;
        let key = ServiceKey::parse(service, &private, Clock::default()).map_err(|fault| {
            let path = files.path(&name);
            Trouble::said(format!("{}: {fault}", path.display()))
        })?;
        let public = Secret::new(key.public());
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

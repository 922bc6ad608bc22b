//! The keys of the services, and of whoever operates them.

use std::path::PathBuf;

use latchkey_common::clock::Clock;
use latchkey_common::rpc::{KeyPair, OperatorHash, ServiceKey};
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::{Secret, new_token};
use latchkey_peers::plan::Service;

use super::files::Files;
use latchkey_process::Trouble;

/// What commands show: no service's folder has it.
const OPERATOR_KEY: &str = "operator/operator.key";
/// What a service knows of it.
const HASH: &str = "operator.hash";
/// Where it lay with a service before there was a hash.
const KEY: &str = "operator.key";

pub(super) fn make(files: &Files<'_>) -> Result<(), Trouble> {
    let operator = operator_key(files)?;
    files.keep_this(OPERATOR_KEY, &operator)?;
    let hash = OperatorHash::of(&operator).map_err(|fault| {
        let path = files.path(OPERATOR_KEY);
        Trouble::said(format!("{}: {fault}", path.display()))
    })?;
    let hash = Secret::new(hash.to_string());
    for service in Service::ALL.map(Service::name) {
        let name = format!("{service}/service.key");
        let private = files.keep(&name, || Ok(KeyPair::generate()?.private))?;
        let key = ServiceKey::parse(service, &private, Clock::default()).map_err(|fault| {
            let path = files.path(&name);
            Trouble::said(format!("{}: {fault}", path.display()))
        })?;
        let public = Secret::new(key.public());
        for peer in Service::ALL.map(Service::name) {
            files.keep_this(&format!("{peer}/peers/{service}.pub"), &public)?;
        }
        files.keep_this(&of_service(service, HASH), &hash)?;
    }
    // Each under a key of its own: what one service loses opens nothing of another.
    for service in Service::ALL.into_iter().filter(|service| service.seals()) {
        let name = format!("{}/master.key", service.name());
        files.keep(&name, MasterKey::generate)?;
    }
    Ok(())
}

/// The key that is there already, or else a new one. Where it lay with the services, as it did before
/// they knew it by a hash, it stays the same.
fn operator_key(files: &Files<'_>) -> Result<Secret, Trouble> {
    let mut known = files.read(OPERATOR_KEY)?;
    for service in Service::ALL.map(Service::name) {
        let name = of_service(service, KEY);
        let Some(old) = files.read(&name)? else {
            continue;
        };
        if *known.get_or_insert_with(|| old.clone()) != old {
            return Err(files.misfit(&name));
        }
    }
    if let Some(key) = known {
        return Ok(key);
    }
    for service in Service::ALL.map(Service::name) {
        let name = of_service(service, HASH);
        if files.read(&name)?.is_some() {
            return Err(Trouble::said(format!(
                "{} is gone, and no key can be made of {}: bring it back, or have another one made \
                 with --new-operator-key",
                files.path(OPERATOR_KEY).display(),
                files.path(&name).display()
            )));
        }
    }
    let (key, _) = new_token()?;
    Ok(key)
}

/// Takes the operator's key away, and what was made of it.
pub(super) fn forget_operator_key(files: &Files<'_>) -> Result<(), Trouble> {
    // The hashes last: while one is there, a run that was broken off is found out.
    files.remove(OPERATOR_KEY)?;
    for name in [KEY, HASH] {
        for service in Service::ALL.map(Service::name) {
            files.remove(&of_service(service, name))?;
        }
    }
    Ok(())
}

/// Keys that lie with services although these know the operator by a hash.
pub(super) fn spare(files: &Files<'_>) -> Result<Vec<PathBuf>, Trouble> {
    let mut spare = Vec::new();
    for service in Service::ALL.map(Service::name) {
        let name = of_service(service, KEY);
        if files.read(&name)?.is_some() {
            spare.push(files.path(&name));
        }
    }
    Ok(spare)
}

fn of_service(service: &str, name: &str) -> String {
    format!("{service}/{name}")
}

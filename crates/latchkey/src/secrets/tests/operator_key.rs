//! The operator's key, which lies apart.

use std::fs;

use latchkey_common::rpc::OperatorHash;
use latchkey_common::secret::Secret;
use tempfile::TempDir;

use super::{SERVICES, everything, read, run, run_for};

#[test]
fn the_operators_key_lies_apart_and_each_service_has_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    let key = read(folder.path(), "operator/operator.key");
    let hash = OperatorHash::of(&Secret::new(key.as_str())).unwrap();
    for service in SERVICES {
        let known = Secret::new(read(folder.path(), &format!("{service}/operator.hash")));
        assert_eq!(OperatorHash::parse(&known).unwrap(), hash);
    }
    for (name, text) in everything(folder.path()) {
        assert_eq!(
            text.contains(&key),
            name == "operator/operator.key",
            "{name}"
        );
    }
}

/// A folder as it was made when each service had the operator's key itself.
fn of_old(key: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    fs::remove_dir_all(folder.path().join("operator")).unwrap();
    for service in SERVICES {
        let service = folder.path().join(service);
        fs::remove_file(service.join("operator.hash")).unwrap();
        fs::write(service.join("operator.key"), key).unwrap();
    }
    folder
}

#[test]
fn a_key_of_old_stays_in_force_and_is_named() {
    let old = "a key of thirty-two signs or more";
    let folder = of_old(&format!("{old}\n"));
    let before = everything(folder.path());
    let done = run_for(folder.path(), false).unwrap();
    assert_eq!(done.made.len(), 5, "{done:?}");
    assert_eq!(read(folder.path(), "operator/operator.key"), old);
    let spare = SERVICES.map(|service| folder.path().join(service).join("operator.key"));
    assert_eq!(done.spare, spare);
    let hash = OperatorHash::of(&Secret::new(old)).unwrap().to_string();
    for service in SERVICES {
        assert_eq!(
            read(folder.path(), &format!("{service}/operator.hash")),
            hash
        );
    }
    let after = everything(folder.path());
    assert!(
        before
            .iter()
            .all(|(name, text)| after.get(name) == Some(text))
    );
    assert_eq!(run(folder.path()), Ok(0));
}

#[test]
fn the_operators_key_is_exchanged_when_that_is_asked_for() {
    for folder in [of_old("a key of thirty-two signs or more"), {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path()).unwrap();
        folder
    }] {
        let before = everything(folder.path());
        let done = run_for(folder.path(), true).unwrap();
        assert_eq!((done.made.len(), done.spare.len()), (5, 0), "{done:?}");
        let after = everything(folder.path());
        for (name, text) in &after {
            let is_of_the_key = name.contains("operator.");
            assert_eq!(before.get(name) != Some(text), is_of_the_key, "{name}");
        }
        assert_eq!(
            after
                .keys()
                .filter(|name| name.contains("operator."))
                .count(),
            5
        );
        assert_eq!(run(folder.path()), Ok(0));
    }
}

#[test]
fn no_key_is_made_of_a_hash() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    fs::remove_file(folder.path().join("operator/operator.key")).unwrap();
    fs::remove_file(folder.path().join("users/operator.hash")).unwrap();
    let before = everything(folder.path());
    let refused = run(folder.path()).unwrap_err();
    assert!(refused.contains("--new-operator-key"), "{refused}");
    assert_eq!(everything(folder.path()), before);
    assert_eq!(run_for(folder.path(), true).unwrap().made.len(), 5);
}

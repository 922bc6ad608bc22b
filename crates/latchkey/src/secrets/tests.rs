mod operator_key;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_common::db::Location;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;

use super::{Done, Files, Postgres, Service, make};

const SERVICES: [&str; 4] = [
    Service::Users.name(),
    Service::Channels.name(),
    Service::Invitations.name(),
    Service::Discord.name(),
];

const POSTGRES: Postgres<'static> = Postgres {
    place: "db.example:5432",
    sslmode: None,
    sslrootcert: None,
};

fn run(root: &Path) -> Result<usize, String> {
    run_for(root, false).map(|done| done.made.len())
}

fn run_for(root: &Path, new_operator_key: bool) -> Result<Done, String> {
    make(&Files::new(root, false), Some(&POSTGRES), new_operator_key)
        .map_err(|trouble| trouble.to_string())
}

fn read(root: &Path, name: &str) -> String {
    let text = fs::read_to_string(root.join(name)).unwrap();
    text.trim_end().to_owned()
}

/// Everything below `root`, by name.
fn everything(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_second_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path()).unwrap();
    let before = everything(folder.path());
    assert_eq!(made, before.len());
    assert_eq!(run(folder.path()), Ok(0));
    assert_eq!(everything(folder.path()), before);
}

#[test]
fn each_service_can_check_what_the_others_sign() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    let mut seeds = Vec::new();
    for signer in SERVICES {
        let private = read(folder.path(), &format!("{signer}/service.key"));
        let pair =
            Ed25519KeyPair::from_seed_unchecked(&STANDARD.decode(&private).unwrap()).unwrap();
        let signature = pair.sign(b"a call");
        for checker in SERVICES {
            let public = read(folder.path(), &format!("{checker}/peers/{signer}.pub"));
            UnparsedPublicKey::new(&ED25519, STANDARD.decode(public).unwrap())
                .verify(b"a call", signature.as_ref())
                .unwrap();
        }
        seeds.push(private);
    }
    seeds.sort();
    seeds.dedup();
    assert_eq!(seeds.len(), 4, "two services share a key");
}

#[test]
fn the_sealing_keys_are_two() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    let sealing = ["users", "invitations"].map(|service| {
        let key = read(folder.path(), &format!("{service}/master.key"));
        MasterKey::parse(&Secret::new(key.clone())).unwrap();
        key
    });
    assert_ne!(sealing[0], sealing[1]);
}

#[test]
fn a_database_url_carries_the_password_of_its_role() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    for service in SERVICES {
        for (place, role) in [
            (service.to_owned(), format!("latchkey_{service}")),
            (
                format!("{service}-migrations"),
                format!("latchkey_{service}_owner"),
            ),
        ] {
            let url = read(folder.path(), &format!("{place}/database-url"));
            let password = read(folder.path(), &format!("postgres/{role}.password"));
            assert_eq!(
                url,
                format!("postgres://{role}:{password}@db.example:5432/latchkey_{service}")
            );
            Location::parse(&url).unwrap();
        }
    }
}

#[test]
fn tls_is_asked_for_in_every_url() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = Postgres {
        sslmode: Some("verify-full"),
        sslrootcert: Some("/run/ca.pem"),
        ..POSTGRES
    };
    make(&Files::new(folder.path(), false), Some(&postgres), false).unwrap();
    for service in SERVICES {
        let url = read(folder.path(), &format!("{service}/database-url"));
        assert!(url.ends_with("?sslmode=verify-full&sslrootcert=/run/ca.pem"));
    }
}

#[test]
fn what_was_lost_is_made_again_from_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).unwrap();
    let before = everything(folder.path());
    let lost = [
        "users/peers/discord.pub",
        "channels/operator.hash",
        "invitations/database-url",
    ];
    for name in lost {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    assert_eq!(run(folder.path()), Ok(lost.len()));
    assert_eq!(everything(folder.path()), before);
}

#[test]
fn an_own_database_keeps_its_url_and_gets_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let own = "postgres://somebody:else@elsewhere/users";
    for place in ["users", "users-migrations"] {
        fs::create_dir_all(folder.path().join(place)).unwrap();
        fs::write(folder.path().join(place).join("database-url"), own).unwrap();
    }
    run(folder.path()).unwrap();
    assert_eq!(read(folder.path(), "users/database-url"), own);
    let found = everything(folder.path());
    assert!(!found.contains_key("postgres/latchkey_users.password"));
    assert!(found.contains_key("postgres/latchkey_channels.password"));
}

#[test]
fn what_contradicts_the_rest_is_refused_and_named() {
    for (name, said) in [
        ("channels/peers/users.pub", "does not fit the other files"),
        ("discord/operator.hash", "does not fit the other files"),
        ("users/service.key", "must be 32 bytes as base64"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path()).unwrap();
        let path = folder.path().join(name);
        fs::remove_file(&path).unwrap();
        fs::write(&path, "c29tZXRoaW5nIGVsc2U=\n").unwrap();
        let before = everything(folder.path());
        let refused = run(folder.path()).unwrap_err();
        assert!(
            refused.contains(name) && refused.contains(said),
            "{name}: {refused}"
        );
        assert_eq!(everything(folder.path()), before);
    }
}

#[test]
fn only_who_is_meant_may_read() {
    for (readable, of_file, of_folder) in [(false, 0o400, 0o700), (true, 0o444, 0o755)] {
        let folder = tempfile::tempdir().unwrap();
        make(&Files::new(folder.path(), readable), Some(&POSTGRES), false).unwrap();
        let mode = |name: &str| {
            let path = folder.path().join(name);
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(mode("users"), of_folder);
        for name in everything(folder.path()).keys() {
            assert_eq!(mode(name), of_file, "{name}");
        }
    }
}

#[test]
fn an_odd_place_is_refused_before_anything_is_made() {
    for place in ["", "db/x", "u@db", "db?x=1", "db 1"] {
        let folder = tempfile::tempdir().unwrap();
        let postgres = Postgres { place, ..POSTGRES };
        assert!(make(&Files::new(folder.path(), false), Some(&postgres), false).is_err());
        assert!(everything(folder.path()).is_empty());
    }
}

#[test]
fn two_runs_at_once_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path(), false);
    let first = files.lock(SERVICES[0]).unwrap();
    assert!(run(folder.path()).unwrap_err().contains("is at work here"));
    drop(first);
    run(folder.path()).unwrap();
}

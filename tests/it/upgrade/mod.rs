//! Databases that releases before this one have made (`tests/fixtures`): brought to the shape of this
//! version they hold as many rows, tell what they told then, and are lived in on.

mod life;
mod making;
mod told;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use latchkey_testing::stack::{Builder, Stack};
use latchkey_testing::{Backend, Service, one_process};
use serde_json::Value;

use self::told::{Asker, answers, rows, streams};

/// The databases of `SQLite`, as they lie in a data folder.
const FILES: [&str; 4] = ["users.db", "channels.db", "invitations.db", "discord.db"];

/// Where the fixture of `release` lies.
fn folder(release: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(release)
}

/// The file of a fixture with what the release told of one of its databases.
const fn told_on(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite.json.gz",
        Backend::Postgres | Backend::Split => "postgres.json.gz",
    }
}

fn unpacked(file: &Path) -> Vec<u8> {
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output();
    let unpacked = unpacked.unwrap();
    assert!(unpacked.status.success(), "{unpacked:?}");
    unpacked.stdout
}

/// A stack in which nothing grows old, however long ago the fixture was made, and whose public URL
/// is the same everywhere.
fn timeless(backend: Backend) -> Builder {
    const CENTURY_S: &str = "3153600000";
    let lives = [
        "LATCHKEY_USERS__EVENT_LIFE_S",
        "LATCHKEY_CHANNELS__EVENT_LIFE_S",
        "LATCHKEY_DISCORD__RELEASED_LIFE_S",
        "LATCHKEY_INVITATIONS__CHOIR_LIFE_S",
    ];
    let stack = Stack::on(backend).env("LATCHKEY_PUBLIC_URL", "http://latchkey.example");
    lives
        .iter()
        .fold(stack, |stack, name| stack.env(name, CENTURY_S))
}

/// Puts what lies in the fixture where a stack that has never started looks for it.
fn laid_out(backend: Backend, fixture: &Path) -> Stack {
    let stack = timeless(backend).bare();
    let data = stack.data_dir();
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    let key = data.join("master.key");
    fs::copy(fixture.join("master.key"), &key).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    match backend {
        Backend::Sqlite => {
            for name in FILES {
                let file = unpacked(&fixture.join(format!("{name}.gz")));
                fs::write(data.join(name), file).unwrap();
            }
        }
        Backend::Postgres | Backend::Split => {
            let dump = fs::read_to_string(fixture.join("postgres.sql")).unwrap();
            // The dump names the schema of everything in it.
            stack.sql(Service::Users, &dump);
        }
    }
    stack
}

async fn what_a_release_has_told_is_told_again(backend: Backend) {
    crate::document::check_all();
    let releases = fs::read_dir(folder("")).unwrap();
    let releases = releases.map(|entry| entry.unwrap().path());
    let mut releases: Vec<PathBuf> = releases.filter(|path| path.is_dir()).collect();
    releases.sort();
    assert!(!releases.is_empty());
    for fixture in releases {
        let told = unpacked(&fixture.join(told_on(backend)));
        let told: Value = serde_json::from_slice(&told).unwrap();
        let stack = laid_out(backend, &fixture);
        let migrated = stack.command(&["migrate"], "");
        assert!(migrated.status.success(), "{migrated:?}");
        let counted = rows(&stack);
        for (table, count) in told["rows"].as_object().unwrap() {
            assert_eq!(counted.get(table), Some(count), "rows of {table}");
        }
        stack.start();
        let asker = Asker::at(&stack);
        answers(&asker, &stack, &told).await;
        streams(&asker, &told).await;
        for deed in crate::house::list(&told["open"]) {
            let answer = asker.ask(deed).await;
            assert_eq!(answer["status"], deed["status"], "{deed}: {answer}");
        }
        let doctor = stack.command(&["doctor", "--ledger"], "");
        assert!(doctor.status.success(), "{doctor:?}");
    }
}

/// Releases knew of no installation.
async fn databases_of_a_release_become_one_installation(backend: Backend) {
    let stack = laid_out(backend, &folder("4fd1a9a"));
    let file = stack.data_dir().join("users.db");
    let kept = stack.data_dir().join("kept.db");
    let is_file = backend == Backend::Sqlite;
    if is_file {
        fs::rename(&file, &kept).unwrap();
    } else {
        stack.sql(Service::Users, "ALTER SCHEMA users RENAME TO kept");
    }
    let refused = stack.start_refused();
    assert!(
        refused.contains("is empty or not there, while"),
        "{refused}"
    );
    if is_file {
        fs::rename(&kept, &file).unwrap();
    } else {
        stack.sql(Service::Users, "ALTER SCHEMA kept RENAME TO users");
        assert!(stack.command(&["migrate"], "").status.success());
    }
    stack.start();
    let ids =
        Service::ALL.map(|service| stack.texts(service, "SELECT id AS text FROM installation"));
    assert_eq!(ids[0].len(), 1, "{ids:?}");
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

one_process!(
    what_a_release_has_told_is_told_again,
    databases_of_a_release_become_one_installation,
);

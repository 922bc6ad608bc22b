//! Databases that belong together and know it: nobody gets what was somebody else's, whichever database is
//! lost, put back or exchanged.

mod apart;
mod folder;
mod moving;
mod numbers;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, one_process};
use serde_json::Value;

use crate::house::{House, int};

const SERVICES: [Service; 4] = Service::ALL;

/// Stops it, and leaves nothing of a file of `SQLite` in the log beside it.
fn stop(stack: &Stack) {
    assert!(stack.terminate(Duration::from_secs(20)).success());
    settle(stack);
}

fn settle(stack: &Stack) {
    for service in SERVICES {
        if stack.database_url(service).is_none() {
            stack.sql(service, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
}

fn file(stack: &Stack, service: Service) -> PathBuf {
    stack.data_dir().join(format!("{}.db", service.name()))
}

/// Makes the number of an account.
fn account(stack: &Stack, name: &str) -> i64 {
    drop(
        stack
            .admin(&["user", "create", "--username", name], "")
            .last_line(),
    );
    number(stack, name)
}

fn number(stack: &Stack, name: &str) -> i64 {
    let shown = stack.admin(&["--json", "user", "show", name], "").stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    int(&shown, "id")
}

/// Takes a database away; gives what puts it back.
fn take_away(stack: &Stack, service: Service) -> impl FnOnce() {
    let (name, is_file) = (service.name(), stack.database_url(service).is_none());
    let (file, kept) = (file(stack, service), stack.folder().join("kept.db"));
    if is_file {
        fs::rename(&file, &kept).unwrap();
    } else {
        stack.sql(service, &format!("ALTER SCHEMA {name} RENAME TO kept"));
    }
    move || {
        if is_file {
            return fs::rename(&kept, &file).unwrap();
        }
        let back =
            format!("DROP SCHEMA IF EXISTS {name} CASCADE; ALTER SCHEMA kept RENAME TO {name}");
        stack.sql(service, &back);
    }
}

/// Asks for a refusal in one sentence, with all of `words`, at a start, by `migrate` and by `doctor`.
#[track_caller]
fn refused(stack: &Stack, words: &[&str]) {
    let says = |said: &str| words.iter().all(|word| said.contains(word));
    let start = stack.start_refused();
    assert!(start.lines().any(says), "{words:?}: {start}");
    let migrate = stack.command(&["migrate"], "");
    assert!(!migrate.status.success(), "{migrate:?}");
    assert!(says(&migrate.stderr), "{words:?}: {migrate:?}");
    assert_eq!(migrate.stderr.lines().count(), 1, "{migrate:?}");
    let doctor = stack.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{doctor:?}");
    let mut wrong = doctor
        .stdout
        .lines()
        .filter(|line| line.starts_with("WRONG"));
    assert!(wrong.any(says), "{words:?}: {doctor:?}");
    let command = stack.admin(&["user", "create", "--username", "intruder"], "");
    assert!(
        !command.status.success() && says(&command.stderr),
        "{command:?}"
    );
}

/// A stopped house in which somebody has done something in every database.
async fn lived_in(backend: Backend) -> House {
    let house = House::open(Stack::on(backend).start()).await;
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    owner.lets_in(id, &guest, &["read", "write"]).await;
    guest.says(id, "between us").await;
    stop(&house.stack);
    house
}

async fn an_empty_database_beside_filled_ones_is_refused(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    for service in SERVICES {
        let put_back = take_away(stack, service);
        let place = match backend {
            Backend::Sqlite => format!("{}.db is empty or not there", service.name()),
            Backend::Postgres | Backend::Split => {
                format!(
                    "the PostgreSQL database of {} is empty or not there",
                    service.name()
                )
            }
        };
        refused(stack, &[&place, "latchkey restore"]);
        if backend == Backend::Sqlite {
            assert!(!file(stack, service).exists(), "a refusal makes nothing");
            // The same as an empty file.
            fs::write(file(stack, service), "").unwrap();
            refused(stack, &[&place]);
        }
        put_back();
    }
    stack.start();
    drop(house.root().info().await.ok(200));
}

async fn a_database_of_another_installation_is_refused(backend: Backend) {
    let (house, other) = (lived_in(backend).await, lived_in(backend).await);
    let stack = &house.stack;
    let foreign = "different installations";
    match backend {
        Backend::Sqlite => {
            let put_back = take_away(stack, Service::Users);
            fs::copy(
                file(&other.stack, Service::Users),
                file(stack, Service::Users),
            )
            .unwrap();
            refused(stack, &[foreign, "users.db is of", "channels.db is of"]);
            put_back();
        }
        Backend::Postgres | Backend::Split => {
            let exchange = "UPDATE installation SET id = 'other' || id";
            stack.sql(Service::Channels, exchange);
            refused(
                stack,
                &[foreign, "the PostgreSQL database of channels is of other"],
            );
            stack.sql(
                Service::Channels,
                "UPDATE installation SET id = substr(id, 6)",
            );
        }
    }
    stack.start();
    drop(house.root().info().await.ok(200));
}

/// A first start that broke off anywhere is gone on with.
async fn a_founding_that_broke_off_is_finished(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    for known_by in 0..SERVICES.len() {
        for (nth, service) in SERVICES.into_iter().enumerate() {
            stack.sql(service, "DELETE FROM numbers_given");
            if nth >= known_by {
                stack.sql(service, "DELETE FROM installation");
            }
        }
        let doctor = stack.command(&["doctor"], "");
        assert!(doctor.status.success(), "{known_by}: {doctor:?}");
        stack.start();
        drop(house.root().info().await.ok(200));
        stop(stack);
        let doctor = stack.command(&["doctor"], "");
        let whole = "all databases are of the installation";
        assert!(doctor.stdout.contains(whole), "{known_by}: {doctor:?}");
    }
}

/// As the release before this one left them.
async fn databases_that_know_of_no_installation_are_held_against_each_other(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    for service in SERVICES {
        stack.sql(
            service,
            "DELETE FROM numbers_given; DELETE FROM installation",
        );
    }
    let put_back = take_away(stack, Service::Users);
    refused(stack, &["users", "is empty or not there, while", "filled"]);
    put_back();
    stack.start();
    drop(house.root().info().await.ok(200));
}

one_process!(
    an_empty_database_beside_filled_ones_is_refused,
    a_database_of_another_installation_is_refused,
    a_founding_that_broke_off_is_finished,
    databases_that_know_of_no_installation_are_held_against_each_other,
);

/// Only one of four was told where the data went.
#[test]
fn one_database_that_moved_alone_is_refused() {
    latchkey_testing::backend::run(Backend::Postgres, module_path!(), |_| async {
        let house = lived_in(Backend::Sqlite).await;
        let elsewhere = Stack::on(Backend::Postgres).bare();
        let url = elsewhere.shared_database();
        let stack = &house.stack;
        stack.set_env("LATCHKEY_USERS__DATABASE_URL", Some(&url));
        let place = "the PostgreSQL database of users is empty or not there";
        refused(stack, &[place, "channels.db"]);
        stack.set_env("LATCHKEY_USERS__DATABASE_URL", None);
        stack.start();
        drop(house.root().info().await.ok(200));
    });
}

//! Whichever database is put back, no number of it is given out a second time.

use std::fs;
use std::path::Path;
use std::time::Duration;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, eventually, one_process};

use super::{SERVICES, account, file, lived_in, number, refused, settle, stop};

/// Keeps a copy of the database of users as it is now.
fn set_aside(stack: &Stack, copy: &Path) {
    settle(stack);
    if stack.database_url(Service::Users).is_none() {
        fs::copy(file(stack, Service::Users), copy).unwrap();
    }
}

/// Puts it back: accounts beyond `last` are not in it yet.
fn put_back(stack: &Stack, copy: &Path, last: i64) {
    if stack.database_url(Service::Users).is_none() {
        for end in ["-wal", "-shm"] {
            drop(fs::remove_file(
                stack.data_dir().join(format!("users.db{end}")),
            ));
        }
        fs::copy(copy, file(stack, Service::Users)).unwrap();
        return;
    }
    let older = format!(
        "DELETE FROM sessions WHERE user_id > {last}; DELETE FROM events WHERE user_id > {last}; \
         DELETE FROM accounts WHERE id > {last}; SELECT setval('accounts_id_seq', {last}); \
         DELETE FROM numbers_given"
    );
    stack.sql(Service::Users, &older);
}

async fn a_number_is_never_given_out_twice(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    let copy = stack.folder().join("older.db");
    let early = account(stack, "known-early");
    set_aside(stack, &copy);
    // Made without the server; nobody but users has ever heard of it.
    let gone = account(stack, "made-late");
    assert!(gone > early);
    put_back(stack, &copy, early);
    let known = format!("users.accounts up to {early}, and they know of {gone}");
    refused(stack, &["older copy", &known, "--accept-older"]);

    let accepted = stack.command(&["migrate", "--accept-older"], "");
    assert!(accepted.status.success(), "{accepted:?}");
    assert!(
        accepted.stdout.contains("users: older than the others"),
        "{accepted:?}"
    );
    stack.start();
    let next = account(stack, "made-next");
    assert!(next > gone, "{next} was given out already");
    drop(house.root().info().await.ok(200));

    // Made beside a server that is killed right after it was told.
    for is_by_command in [true, false] {
        stop(stack);
        set_aside(stack, &copy);
        stack.start();
        let name = crate::house::unique("late");
        if is_by_command {
            account(stack, &name);
        } else {
            house.person_named(&name).await;
        }
        stack.kill();
        // Asked of the file itself: a command would let the others know.
        let highest = "SELECT CAST(max(id) AS TEXT) AS text FROM accounts";
        let gone: i64 = stack.texts(Service::Users, highest)[0].parse().unwrap();
        put_back(stack, &copy, gone - 1);
        refused(stack, &["older copy"]);
        let accepted = stack.command(&["migrate", "--accept-older"], "");
        assert!(accepted.status.success(), "{accepted:?}");
        stack.start();
    }
}

/// As a release before this one left it, when an older copy of one database was put back.
async fn rows_tell_of_numbers_too(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    let copy = stack.folder().join("older.db");
    set_aside(stack, &copy);
    stack.start();
    house.person_named("made-late").await;
    stop(stack);
    let gone = number(stack, "made-late");
    put_back(stack, &copy, gone - 1);
    for service in SERVICES {
        stack.sql(
            service,
            "DELETE FROM numbers_given; DELETE FROM installation",
        );
    }
    let known = format!("up to {}, and they know of {gone}", gone - 1);
    refused(stack, &["older copy than", "invitations", &known]);
}

/// Positions in an outbox of `PostgreSQL` are counted on their own, and may be ahead of the rows' numbers.
async fn a_feed_may_be_ahead_of_its_rows(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    let (raise, end) = match backend {
        Backend::Sqlite => (
            "UPDATE sqlite_sequence SET seq = seq + 5 WHERE name = 'events'",
            "SELECT CAST(max(position) AS TEXT) AS text FROM events",
        ),
        Backend::Postgres | Backend::Split => (
            "UPDATE event_counter SET last = last + 5",
            "SELECT CAST(last AS TEXT) AS text FROM event_counter",
        ),
    };
    stack.sql(Service::Users, raise);
    stack.start();
    house.person_named("heard-of").await;
    let heard = "SELECT CAST(position AS TEXT) AS text FROM cursors WHERE feed = 'users'";
    eventually(Duration::from_secs(5), "invitations hear", async || {
        let is_heard = stack.texts(Service::Invitations, heard) == stack.texts(Service::Users, end);
        is_heard.then_some(())
    })
    .await;
    stop(stack);
    stack.start();
    drop(house.root().info().await.ok(200));
}

one_process!(
    a_number_is_never_given_out_twice,
    a_feed_may_be_ahead_of_its_rows,
    rows_tell_of_numbers_too,
);

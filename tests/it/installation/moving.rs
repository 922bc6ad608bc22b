//! `latchkey move`: everything that lies in `SQLite` files is on `PostgreSQL` afterwards, and goes on there.

use std::collections::BTreeMap;
use std::fs;

use latchkey_testing::backend::run;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service};

use super::{SERVICES, account, lived_in, stop};
use crate::house::House;

/// Rows of every table of every service that both sides have, but for what each has of its own.
fn rows(stack: &Stack) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    for service in SERVICES {
        for (table, count) in stack.rows(service.name()) {
            all.insert(format!("{}.{table}", service.name()), count);
        }
    }
    all
}

/// All files, and what has not come from their logs into them yet.
fn bytes(stack: &Stack) -> Vec<(Vec<u8>, Vec<u8>)> {
    let read = |service| {
        let file = super::file(stack, service);
        let log = fs::read(file.with_extension("db-wal")).unwrap_or_default();
        (fs::read(file).unwrap(), log)
    };
    SERVICES.map(read).into()
}

fn go_on_at(stack: &Stack, url: Option<&str>) {
    for service in SERVICES {
        stack.set_env(&format!("LATCHKEY_{}__DATABASE_URL", service.upper()), url);
    }
}

/// Moves a stopped house to an empty database.
#[track_caller]
fn moved(house: &House, to: &Stack) {
    let stack = &house.stack;
    let before = bytes(stack);
    let url = to.shared_database();
    let output = stack.command(&["move", "--to", &url], "");
    assert!(output.status.success(), "{output:?}");
    for said in [
        "the ledger is the same on both sides",
        "LATCHKEY_USERS__DATABASE_URL",
        "master key",
    ] {
        assert!(output.stdout.contains(said), "{said}: {output:?}");
    }
    assert!(bytes(stack) == before, "the source was touched");
    assert_eq!(rows(to), rows(stack));
}

#[test]
fn everything_goes_on_where_it_was_moved_to() {
    run(Backend::Postgres, module_path!(), |_| async {
        let house = lived_in(Backend::Sqlite).await;
        let stack = &house.stack;
        stack.start();
        let (owner, guest) = (house.person().await, house.person().await);
        let channel = owner.private_channel().await;
        owner.lets_in(channel, &guest, &["read", "write"]).await;
        guest.says(channel, "before \u{1f511}").await;
        let open = owner.invites().await.ok(200);
        let token = house.token().await;
        let said = owner.all_messages(channel).await;
        let last = account(stack, "made-before");
        let running = stack.command(&["move", "--to", "postgres://nobody@127.0.0.1:1/x"], "");
        assert!(running.stderr.contains("stop it first"), "{running:?}");
        // What it said last lies in the logs beside the files.
        stack.kill();

        let to = Stack::on(Backend::Postgres).bare();
        moved(&house, &to);
        let url = to.shared_database();
        // One alone is a mix, though it holds the same.
        stack.set_env("LATCHKEY_USERS__DATABASE_URL", Some(&url));
        super::refused(
            stack,
            &["the PostgreSQL database of users is empty or not there"],
        );
        go_on_at(stack, Some(&url));
        let twice = stack.command(&["move", "--to", &url], "");
        assert!(!twice.status.success(), "{twice:?}");
        stack.start();
        assert_eq!(stack.link(), None, "there is a super user already");

        // Sessions, secrets under the master key, messages and what may still be used.
        assert_eq!(owner.all_messages(channel).await, said);
        assert_eq!(owner.invites().await.ok(200), open);
        let later = house
            .nobody()
            .create_user("made-after", crate::house::PASSWORD, &token);
        drop(later.await.ok(201));
        let mut stream = guest.listen().await;
        owner.says(channel, "after").await;
        drop(stream.expect("channel-message").await);
        assert!(owner.all_messages(channel).await.len() > said.len());
        assert!(account(stack, "made-last") > last, "no number twice");
        crate::wreck::ledger_is_whole(&house);

        // Into what is filled nothing is moved.
        go_on_at(stack, None);
        stop(stack);
        let filled = stack.command(&["move", "--to", &url], "");
        assert!(!filled.status.success(), "{filled:?}");
        assert!(filled.stderr.contains("is not empty"), "{filled:?}");
        let odd = stack.command(&["move", "--to", &url, &url], "");
        assert!(
            odd.stderr.contains("users, channels, invitations, discord"),
            "{odd:?}"
        );
        let same = stack.command(&["move", "--to", "sqlite://x"], "");
        assert!(same.stderr.contains("postgres://"), "{same:?}");
    });
}

/// Fills a channel with messages as people would have written them.
fn fill(house: &House, channel: i64, count: u32) {
    let insert = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         INSERT INTO messages (channel_id, user_id, username, type, content, created_at) \
         SELECT {channel}, 1, 'root-user', 'text', 'message \u{1f511} ' || i || ' ' || hex(randomblob(16)), \
                1700000000000 + i FROM n"
    );
    house.stack.sql(Service::Channels, &insert);
}

/// Many times as many as are sent at once, and not a multiple.
const MANY: u32 = 20_500;

#[test]
fn many_messages_are_moved() {
    run(Backend::Postgres, module_path!(), |_| async {
        let house = lived_in(Backend::Sqlite).await;
        house.stack.start();
        let channel = house.person().await.private_channel().await;
        stop(&house.stack);
        fill(&house, channel, MANY);
        let to = Stack::on(Backend::Postgres).bare();
        moved(&house, &to);
        let sum = "SELECT CAST(sum(length(content)) AS TEXT) AS text FROM messages";
        let there = to.texts(Service::Channels, sum);
        assert_eq!(there, house.stack.texts(Service::Channels, sum));
    });
}

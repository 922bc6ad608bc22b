//! Databases in trouble that pass: what is answered meanwhile, and that nobody pays for it who need not.

#![cfg(test)]

mod rows;

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_common::clock::Clock;
use latchkey_common::db::{Conn, Db, Location, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, both_databases, on_postgres};

use self::rows::{called, count, end_idle, make_notes, note};

both_databases!(what_was_wrongly_asked_is_no_outage);

on_postgres!(
    what_the_server_cannot_do_now_is_an_outage_in_any_language,
    a_connection_that_can_only_read_is_thrown_away,
    connections_that_ended_while_they_were_idle_cost_no_request,
);

/// One of each class that says that the server is in trouble, and those that have a kind of their own.
const TROUBLE: [&str; 15] = [
    "08006", "25006", "40001", "40003", "40P01", "53000", "53100", "53200", "53300", "55006",
    "55P03", "57014", "57P03", "58000", "58030",
];

async fn what_the_server_cannot_do_now_is_an_outage_in_any_language(backend: Backend) {
    let test = TestDb::new(backend, "words");
    let db = Db::open(test.settings(), test.clock()).unwrap();
    for state in TROUBLE {
        let raise =
            format!("DO $$BEGIN RAISE 'Das geht jetzt nicht' USING ERRCODE = '{state}'; END$$");
        let again = raise.clone();
        let fault = db.look(move |conn| conn.batch(&raise)).await.unwrap_err();
        assert!(
            matches!(fault, Fault::Unavailable { .. }),
            "{state}: {fault:?}"
        );
        let fault = db.change(move |conn| conn.batch(&again)).await.unwrap_err();
        assert!(
            matches!(fault, Fault::Unavailable { .. }),
            "{state}: {fault:?}"
        );
    }
}

async fn what_was_wrongly_asked_is_no_outage(backend: Backend) {
    let test = TestDb::new(backend, "wrong");
    let db = Db::open(test.settings(), test.clock()).unwrap();
    make_notes(&db, test.settings()).await;
    for wrong in [
        "SELECT * FROM nowhere",
        "SELECT nothing FROM notes",
        "SELEKT 1",
        "INSERT INTO notes VALUES ('twice', 1), ('twice', 2)",
        "INSERT INTO notes VALUES (NULL, 1)",
    ] {
        let fault = db.change(|conn| conn.batch(wrong)).await.unwrap_err();
        assert!(matches!(fault, Fault::Internal(_)), "{wrong}: {fault:?}");
    }
}

/// Its library says so in constants, one for each result code.
#[tokio::test]
async fn what_sqlite_cannot_do_now_is_an_outage() {
    let test = TestDb::new(Backend::Sqlite, "files");
    let mut settings = test.settings().clone();
    settings.sqlite_max_bytes = 16 * 4096;
    let db = Db::open(&settings, test.clock()).unwrap();
    make_notes(&db, &settings).await;
    let fill = "INSERT INTO notes VALUES (hex(randomblob(200000)), 1)";
    let full = db.change(|conn| conn.batch(fill)).await;
    let closed = db.look(|conn| conn.batch("DELETE FROM notes")).await;
    let Location::Sqlite(file) = &settings.location else {
        panic!("SQLite");
    };
    drop(db);
    let garbage = file.with_file_name("garbage.db");
    std::fs::write(&garbage, [7; 8192]).unwrap();
    settings.location = Location::Sqlite(garbage);
    let garbage = Db::open(&settings, test.clock()).map(drop);
    for outcome in [full, closed, garbage] {
        let fault = outcome.unwrap_err();
        assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
    }
}

async fn a_connection_that_can_only_read_is_thrown_away(backend: Backend) {
    let test = TestDb::new(backend, "reads");
    let mut settings = test.settings().clone();
    settings.writers = 1;
    let db = Db::open(&settings, test.clock()).unwrap();
    make_notes(&db, &settings).await;
    let close = "SET default_transaction_read_only = on";
    db.change(|conn| conn.batch(close)).await.unwrap();
    for kind in ["write", "single"] {
        let fault = match kind {
            "write" => db.write(|conn| note(conn, "lost")).await.unwrap_err(),
            _ => db
                .write_single(|conn| note(conn, "lost"))
                .await
                .unwrap_err(),
        };
        assert!(
            matches!(fault, Fault::Unavailable { .. }),
            "{kind}: {fault:?}"
        );
        // The next connection leads to one that writes.
        let wrote: Result<(), Fault> = db.write(|conn| note(conn, kind)).await;
        wrote.unwrap();
        db.change(|conn| conn.batch(close)).await.unwrap();
    }
}

/// Enough for lanes that take units in no order.
const UNITS: usize = 16;

/// Uses every connection, and none fails.
async fn all_work(db: &Db) {
    let slowly = |conn: &mut Conn| -> QueryResult<()> { conn.batch("SELECT pg_sleep(0.02)") };
    let reads = (0..UNITS).map(|_| db.look(slowly));
    let snapshots = (0..UNITS).map(|_| db.snapshot(|conn| Ok::<_, Fault>(count(conn)?)));
    let writes = (0..UNITS).map(|n| {
        db.write(move |conn| {
            slowly(conn)?;
            note(conn, &n.to_string())
        })
    });
    let singles = (0..UNITS).map(|_| db.write_single(move |conn| Ok::<_, Fault>(slowly(conn)?)));
    let (read, wrote, single, snapped) = tokio::join!(
        join_all(reads),
        join_all(writes),
        join_all(singles),
        join_all(snapshots)
    );
    let ended = read.into_iter().chain(single);
    for outcome in ended.chain(wrote) {
        outcome.unwrap();
    }
    for outcome in snapped {
        outcome.unwrap();
    }
}

async fn connections_that_ended_while_they_were_idle_cost_no_request(backend: Backend) {
    let test = TestDb::new(backend, "idle");
    let settings = called(test.settings(), "idle");
    let db = Db::open(&settings, test.clock()).unwrap();
    make_notes(&db, &settings).await;
    let operator = TestDb::new(backend, "hand");
    let operator = Db::open(operator.settings(), &Clock::default()).unwrap();
    // At once, and after a while.
    for pause in [0, 0, 20, 50, 90, 300, 1000] {
        all_work(&db).await;
        db.change(|conn| conn.batch("DELETE FROM notes"))
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let ended = end_idle(&operator, "idle").await;
        assert_eq!(ended, 6, "connections of the readers and the writers");
        tokio::time::sleep(Duration::from_millis(5)).await;
        all_work(&db).await;
        db.change(|conn| conn.batch("DELETE FROM notes"))
            .await
            .unwrap();
    }
}

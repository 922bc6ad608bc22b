//! Databases in trouble that pass: what is answered meanwhile, and that nobody pays for it who need not.

#![cfg(test)]

mod rows;

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_common::clock::Clock;
use latchkey_common::db::{Conn, Db, Location, QueryResult, RoomSettings};
use latchkey_common::fault::Fault;
use latchkey_testing::db::TestDb;
use latchkey_testing::postgres::LoginRole;
use latchkey_testing::{Backend, both_databases, on_postgres};

use self::rows::{called, count, end_idle, make_notes, note};

both_databases!(
    what_was_wrongly_asked_is_no_outage,
    a_database_that_takes_no_changes_is_not_ready,
);

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
    let too_much = "INSERT INTO notes VALUES (hex(randomblob(200000)), 1)";
    let full = db.change(|conn| conn.batch(too_much)).await;
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

/// What readiness says while no change can be made.
async fn is_said(db: &Db) {
    let said = db.ping().await.unwrap_err();
    assert!(
        matches!(&said, Fault::Invalid(said) if said.contains("takes no changes")),
        "{said:?}"
    );
}

async fn a_database_that_takes_no_changes_is_not_ready(backend: Backend) {
    let test = TestDb::new(backend, "closed");
    let home = Db::open(test.settings(), test.clock()).unwrap();
    make_notes(&home, test.settings()).await;
    let mut settings = test.settings().clone();
    let role = match &settings.location {
        Location::Sqlite(_) => {
            settings.sqlite_max_bytes = 1;
            None
        }
        Location::Postgres(url) => {
            let role = LoginRole::create();
            let name = role.name();
            let grant = format!(
                "ALTER ROLE \"{name}\" SUPERUSER; \
                 ALTER ROLE \"{name}\" SET default_transaction_read_only = on"
            );
            settings.location = Location::Postgres(role.in_url(url));
            home.change(move |conn| conn.batch(&grant)).await.unwrap();
            Some(role)
        }
    };
    let db = Db::open(&settings, test.clock()).unwrap();
    db.ping().await.unwrap();
    let fill = match backend {
        Backend::Sqlite => "INSERT INTO notes VALUES (hex(randomblob(9000)), 1)",
        Backend::Postgres | Backend::Split => "INSERT INTO notes VALUES ('lost', 1)",
    };
    for _ in 0..2 {
        let fault = db.change(|conn| conn.batch(fill)).await.unwrap_err();
        assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
        is_said(&db).await;
    }
    // Who has written nothing yet finds it out by trying.
    let doctor = Db::open(&settings, test.clock()).unwrap();
    let said = doctor.try_a_change().await.unwrap_err().to_string();
    assert!(said.contains("takes no changes"), "{said}");
    let Some(role) = role else {
        drop(db);
        return;
    };
    let open = format!(
        "ALTER ROLE \"{}\" RESET default_transaction_read_only",
        role.name()
    );
    home.change(move |conn| conn.batch(&open)).await.unwrap();
    db.ping().await.unwrap();
    let wrote: Result<(), Fault> = db.write(|conn| note(conn, "works")).await;
    wrote.unwrap();
    db.ping().await.unwrap();
    drop((db, doctor));
}

#[tokio::test]
async fn a_full_file_is_ready_again_when_there_is_room() {
    let test = TestDb::new(Backend::Sqlite, "room");
    let mut settings = test.settings().clone();
    settings.sqlite_max_bytes = 64 * 4096;
    let db = Db::open(&settings, test.clock()).unwrap();
    make_notes(&db, &settings).await;
    let fill = "INSERT INTO notes VALUES (hex(randomblob(9000)), 1)";
    let mut room = 0;
    while db.change(|conn| conn.batch(fill)).await.is_ok() {
        room += 1;
        assert!(room < 64, "it is never full");
    }
    is_said(&db).await;
    // A change that needs no room proves nothing.
    db.change(|conn| conn.batch("UPDATE notes SET n = 2"))
        .await
        .unwrap();
    is_said(&db).await;
    db.change(|conn| conn.batch("DELETE FROM notes"))
        .await
        .unwrap();
    db.ping().await.unwrap();
}

/// What is new stops first, then everything but endings, which no company spoils.
#[tokio::test]
async fn a_file_that_is_nearly_full_takes_endings_alone() {
    let test = TestDb::new(Backend::Sqlite, "endings");
    let mut settings = test.settings().clone();
    settings.sqlite_max_bytes = 1024 * 4096;
    settings.room = RoomSettings {
        for_new: 1024 * 1024,
        reserve: 256 * 1024,
    };
    let db = Db::open(&settings, test.clock()).unwrap();
    make_notes(&db, &settings).await;
    let fill = "INSERT INTO notes VALUES (hex(randomblob(9000)), 1)";
    let until_full = async |db: Db| {
        let mut taken = 0;
        while let Ok(()) = db.change(|conn| conn.batch(fill)).await {
            taken += 1;
            assert!(taken < 1000, "it is never full");
        }
        taken
    };
    assert!(until_full(db.for_new()).await > 50);
    let said = db.ping().await.unwrap_err().to_string();
    assert!(said.contains("nothing new is taken"), "{said}");
    assert!(until_full(db.clone()).await > 2);
    is_said(&db).await;
    let ending = db.for_ending();
    let crowd = join_all((0..40).map(async |nth| {
        if nth % 2 == 0 {
            return db.change(|conn| conn.batch(fill)).await.is_err();
        }
        let end = "INSERT INTO notes VALUES (hex(randomblob(1000)), 1)";
        ending.change(|conn| conn.batch(end)).await.is_ok()
    }))
    .await;
    assert_eq!(crowd, [true; 40]);
    let clear = "DELETE FROM notes";
    ending.change(|conn| conn.batch(clear)).await.unwrap();
    db.ping().await.unwrap();
    db.for_new().change(|conn| conn.batch(fill)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_said() {
    let test = TestDb::new(Backend::Sqlite, "moved");
    let db = Db::open(test.settings(), test.clock()).unwrap();
    make_notes(&db, test.settings()).await;
    let Location::Sqlite(file) = &test.settings().location else {
        panic!("SQLite");
    };
    let is_red = async |words: &str| {
        let said = db.ping().await.unwrap_err();
        assert!(
            matches!(&said, Fault::Invalid(said) if said.contains(words)),
            "{said:?}"
        );
    };
    let elsewhere = file.with_file_name("elsewhere.db");
    db.ping().await.unwrap();
    std::fs::rename(file, &elsewhere).unwrap();
    is_red("is not there any more").await;
    std::fs::copy(&elsewhere, file).unwrap();
    is_red("is another file now").await;
    std::fs::rename(&elsewhere, file).unwrap();
    db.ping().await.unwrap();
}

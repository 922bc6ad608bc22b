//! Connections to the database that fall silent: nothing comes over them any more, and no end of them
//! either.

#![cfg(test)]

mod place;

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use latchkey_common::clock::Clock;
use latchkey_common::db::{Conn, Db, DbTimes, Location, SoleUse};
use latchkey_common::fault::Fault;
use latchkey_testing::db::TestDb;
use latchkey_testing::relay::Cut;
use latchkey_testing::{Backend, eventually, on_postgres};

use self::place::*;

on_postgres!(
    a_read_in_flight_is_answered_and_the_next_ones_work,
    a_transaction_in_flight_is_answered_and_lets_go_of_its_rows,
    a_commit_that_was_not_heard_leaves_nothing,
    a_commit_whose_answer_was_not_heard_stands_once,
    a_single_statement_in_flight_is_answered,
    what_meets_a_silent_connection_is_answered,
    lanes_that_were_given_up_take_no_further_unit,
    what_is_given_up_is_bounded_and_said,
    a_lock_held_by_a_silent_session_is_taken_again,
    a_start_on_a_silent_connection_ends,
    what_takes_too_long_is_an_outage,
);

async fn a_read_in_flight_is_answered_and_the_next_ones_work(_: Backend) {
    let place = Place::new("reads", TIMES, LANES).await;
    let (began, cut) = (Instant::now(), place.cut(Cut::Silent));
    let read: Result<i64, Fault> = place
        .db
        .read(move |conn| {
            cut();
            Ok(count(conn, "works")?)
        })
        .await;
    is_unknown(read, began);
    // Those that were idle meanwhile are silent as well, and nobody has to find that out.
    place.all_lanes_work().await;
    place.heals().await;
    place.all_lanes_work().await;
}

async fn a_transaction_in_flight_is_answered_and_lets_go_of_its_rows(_: Backend) {
    let place = Place::new("writes", TIMES, LANES).await;
    let (began, cut) = (Instant::now(), place.cut(Cut::Silent));
    let wrote: Result<(), Fault> = place
        .db
        .write(move |conn| {
            conn.batch("UPDATE notes SET n = 2 WHERE word = 'works'")?;
            note(conn, "lost")?;
            cut();
            note(conn, "lost")
        })
        .await;
    is_unknown(wrote, began);
    let began = Instant::now();
    let wrote: Result<(), Fault> = place
        .db
        .write(|conn| Ok(conn.batch("UPDATE notes SET n = 3 WHERE word = 'works'")?))
        .await;
    wrote.unwrap();
    assert!(began.elapsed() < TIMES.lock, "somebody had the rows still");
    assert_eq!(place.count("lost").await, 0);
    place.heals().await;
    assert_eq!(place.count("lost").await, 0);
    place.all_lanes_work().await;
}

async fn a_commit_that_was_not_heard_leaves_nothing(_: Backend) {
    let place = Place::new("commits", TIMES, LANES).await;
    let (began, cut) = (Instant::now(), place.cut(Cut::Silent));
    let wrote: Result<(), Fault> = place
        .db
        .write(move |conn| {
            note(conn, "lost")?;
            cut();
            Ok(())
        })
        .await;
    is_unknown(wrote, began);
    place.sessions_end().await;
    place.heals().await;
    assert_eq!(place.count("lost").await, 0);
}

async fn a_commit_whose_answer_was_not_heard_stands_once(_: Backend) {
    let place = Place::new("heard", TIMES, LANES).await;
    let (began, cut) = (Instant::now(), place.cut(Cut::OneWay));
    let relay = Arc::clone(&place.relay);
    let wrote = place.db.write(move |conn| {
        note(conn, "heard")?;
        cut();
        // When the server has heard it, new connections work again.
        thread::spawn(move || {
            thread::sleep(BOUND / 2);
            relay.set(Some(Cut::Silent));
        });
        Ok::<_, Fault>(())
    });
    is_unknown(wrote.await, began);
    assert_eq!(place.count("heard").await, 1);
    place.heals().await;
    assert_eq!(place.count("heard").await, 1);
    place.all_lanes_work().await;
}

async fn a_single_statement_in_flight_is_answered(_: Backend) {
    let place = Place::new("single", TIMES, LANES).await;
    let (began, cut) = (Instant::now(), place.cut(Cut::Silent));
    let wrote: Result<(), Fault> = place
        .db
        .write_single(move |conn| {
            cut();
            note(conn, "lost")
        })
        .await;
    is_unknown(wrote, began);
    let wrote: Result<(), Fault> = place.db.write_single(|conn| note(conn, "kept")).await;
    wrote.unwrap();
    place.sessions_end().await;
    place.heals().await;
    assert_eq!(
        (place.count("lost").await, place.count("kept").await),
        (0, 1)
    );
}

/// Whatever a lane does first on a connection that was idle.
async fn what_meets_a_silent_connection_is_answered(_: Backend) {
    let place = Place::new("idle", TIMES, LANES).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    place.relay.set(Some(Cut::Silent));
    let began = Instant::now();
    let db = &place.db;
    let (read, wrote, single) = futures_util::future::join3(
        db.read(|conn| Ok::<_, Fault>(count(conn, "works")?)),
        db.write(|conn| note(conn, "lost")),
        db.write_single(|conn| note(conn, "lost")),
    )
    .await;
    is_unknown(read, began);
    is_unknown(wrote, began);
    is_unknown(single, began);
    place.sessions_end().await;
    place.heals().await;
    assert_eq!(place.count("lost").await, 0);
}

/// One that is lost while its unit is between two statements comes back by itself: it neither commits
/// what was answered as unknown, nor goes on working beside its successor.
async fn lanes_that_were_given_up_take_no_further_unit(_: Backend) {
    let place = Place::new("stray", TIMES, LANES).await;
    let began = Instant::now();
    let (go, wait) = channel::<()>();
    let wrote: Result<(), Fault> = place
        .db
        .write(move |conn| {
            note(conn, "late")?;
            let _ = wait.recv();
            Ok(())
        })
        .await;
    is_unknown(wrote, began);
    eventually(WORKS, "another lane is in its place", async || {
        (threads("stray") == (LANES, LANES + 1)).then_some(())
    })
    .await;
    drop(go);
    place.heals().await;
    assert_eq!(place.count("late").await, 0);
    place.all_lanes_work().await;
}

async fn what_is_given_up_is_bounded_and_said(_: Backend) {
    let times = DbTimes {
        statement: Duration::from_millis(400),
        lock: Duration::from_millis(400),
        silence: Duration::from_millis(200),
    };
    let place = Place::new("stuck", times, 1).await;
    let mut lost = 0;
    while place.db.stuck_for().is_none() {
        assert!(lost < 20, "threads without end");
        let cut = place.cut(Cut::Silent);
        let read: Result<i64, Fault> = place
            .db
            .read(move |conn| {
                cut();
                Ok(count(conn, "works")?)
            })
            .await;
        read.unwrap_err();
        lost += 1;
        // The watchdog says so with its next look.
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let said = place.db.ping().await.unwrap_err().to_string();
    assert_eq!(
        said,
        "every connection is stuck; the database is unavailable"
    );
    let began = Instant::now();
    let read: Result<(), Fault> = place.db.read(|_| Ok(())).await;
    assert!(matches!(read, Err(Fault::Unavailable { .. })), "{read:?}");
    assert!(began.elapsed() < WORKS, "whoever waits is turned away");
    assert_eq!(threads("stuck"), (lost, 1));
    place.heals().await;
    let is_well = async || place.db.stuck_for().is_none().then_some(());
    eventually(WORKS, "nobody says that all are stuck", is_well).await;
    place.all_lanes_work().await;
}

async fn a_lock_held_by_a_silent_session_is_taken_again(_: Backend) {
    let place = Place::new("lock", TIMES, 1).await;
    let lock = SoleUse::take(&place.settings).unwrap();
    lock.check().await.unwrap();
    place.relay.set(Some(Cut::Silent));
    let began = Instant::now();
    lock.check().await.unwrap();
    assert!(began.elapsed() < NOTICED);
    for _ in 0..2 {
        let other = SoleUse::take(&place.settings).err().unwrap();
        assert!(matches!(other, Fault::Invalid(_)), "{other:?}");
        let share = SoleUse::share(&place.settings).err().unwrap();
        assert!(matches!(share, Fault::Invalid(_)), "{share:?}");
        place.relay.set(None);
        lock.check().await.unwrap();
    }
    drop(lock);
    eventually(WORKS, "it is let go", async || {
        SoleUse::take(&place.settings).ok()
    })
    .await;
}

/// A server that takes connections and says nothing on them.
async fn a_start_on_a_silent_connection_ends(_: Backend) {
    let place = Place::new("start", TIMES, 1).await;
    place.relay.set(Some(Cut::Hanging));
    let settings = place.settings.clone();
    let began = Instant::now();
    let opened = tokio::task::spawn_blocking(move || Db::open(&settings, &Clock::default()));
    let fault = opened.await.unwrap().err().unwrap();
    assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
    let read: Result<(), Fault> = place.db.read(|conn| Ok(conn.batch("SELECT 1")?)).await;
    assert!(matches!(read, Err(Fault::Unavailable { .. })), "{read:?}");
    place.heals().await;
    place.all_lanes_work().await;
}

async fn what_takes_too_long_is_an_outage(_: Backend) {
    let place = Place::new("slow", TIMES, 2).await;
    let slow: Result<(), Fault> = place
        .db
        .read(|conn| Ok(conn.batch("SELECT pg_sleep(10)")?))
        .await;
    let fault = slow.unwrap_err();
    assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
    let update = |conn: &mut Conn| conn.batch("UPDATE notes SET n = 2");
    let (locked, is_locked) = tokio::sync::oneshot::channel();
    let (go, wait) = channel::<()>();
    let holding = place.db.write(move |conn| {
        update(conn)?;
        locked.send(()).unwrap();
        let _ = wait.recv_timeout(BOUND);
        Ok::<_, Fault>(())
    });
    let waiting = async {
        is_locked.await.unwrap();
        let waited: Result<(), Fault> = place.db.write(move |conn| Ok(update(conn)?)).await;
        drop(go);
        waited.unwrap_err()
    };
    let (held, fault) = futures_util::future::join(holding, waiting).await;
    held.unwrap();
    assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
    // The server ended statements, not connections.
    assert_eq!(threads("slow"), (2, 2));
}

#[tokio::test]
async fn on_sqlite_a_lane_that_hangs_is_said() {
    let mut settings = TestDb::new(Backend::Sqlite, "disk").settings().clone();
    let folder = tempfile::tempdir().unwrap();
    settings.location = Location::Sqlite(folder.path().join("disk.db"));
    settings.times = DbTimes {
        statement: Duration::from_millis(100),
        silence: Duration::from_millis(100),
        ..TIMES
    };
    let db = Db::open(&settings, &Clock::default()).unwrap();
    let (go, wait) = channel::<()>();
    let hanging = db.write(move |_| {
        let _ = wait.recv();
        Ok::<_, Fault>(())
    });
    let looking = async {
        eventually(NOTICED, "somebody says so", async || {
            db.stuck_for().map(drop)
        })
        .await;
        db.ping().await.unwrap_err();
        let refused: Result<(), Fault> = db.write(|_| Ok(())).await;
        assert!(
            matches!(refused, Err(Fault::Unavailable { .. })),
            "{refused:?}"
        );
        drop(go);
    };
    let (hung, ()) = futures_util::future::join(hanging, looking).await;
    hung.unwrap();
    eventually(NOTICED, "it goes on", async || {
        db.stuck_for().is_none().then_some(())
    })
    .await;
    db.ping().await.unwrap();
}

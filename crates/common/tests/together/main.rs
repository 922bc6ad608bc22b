//! Changes that go together in one statement: each has its own outcome, whatever becomes of those beside it.

#![cfg(test)]

mod notes;

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use latchkey_common::db::{Db, Together};
use latchkey_common::fault::Fault;
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, on_postgres};
use tokio::runtime::Runtime;

use self::notes::{
    ALONE, BROKEN, Counted, LEFT, Note, PLANTED, TOGETHER, break_off, count, make_notes,
};

on_postgres!(
    what_waits_goes_together,
    a_planted_failure_fails_alone,
    what_changes_the_same_row_waits,
    nobody_waits_for_a_caller_who_has_gone,
    a_broken_connection_leaves_every_outcome_unknown,
);

/// Many enough to fill a statement.
const MANY: i64 = 40;

/// A database with a table of notes, and changes of a kind.
async fn place(backend: Backend, kind: &'static Counted) -> (TestDb, Db, Together<Note, i64>) {
    let test = TestDb::new(backend, "together");
    let db = Db::open(test.settings(), test.clock()).unwrap();
    make_notes(&db, test.settings()).await;
    let together = Together::new(db.clone(), &kind.kind);
    (test, db, together)
}

async fn what_waits_goes_together(backend: Backend) {
    let (_test, db, together) = place(backend, &TOGETHER).await;
    let made = join_all((0..MANY).map(|n| together.change(Note::new(n, n)))).await;
    for (n, made) in (0..).zip(made) {
        let (note, number) = made.unwrap();
        assert_eq!((note.row, number), (n, n), "everybody hears of their own");
    }
    assert_eq!(db.look(count).await.unwrap(), MANY);
    let statements = TOGETHER.statements.load(Ordering::Relaxed);
    assert!((2..=6).contains(&statements), "{statements}");
}

async fn a_planted_failure_fails_alone(backend: Backend) {
    let (_test, db, together) = place(backend, &PLANTED).await;
    together.change(Note::new(0, 7)).await.unwrap();
    let made = join_all((1..=MANY).map(|n| together.change(Note::new(n, n)))).await;
    for (n, made) in (1..).zip(made) {
        match made {
            Ok((note, _)) => assert_ne!(note.word, 7),
            Err(fault) => assert!(matches!(fault, Fault::Internal(_)) && n == 7, "{fault:?}"),
        }
    }
    assert_eq!(db.look(count).await.unwrap(), MANY);
}

async fn what_changes_the_same_row_waits(backend: Backend) {
    let (_test, db, together) = place(backend, &ALONE).await;
    let made = join_all((0..8).map(|n| together.change(Note::new(1, n)))).await;
    for made in made {
        made.unwrap();
    }
    assert_eq!(db.look(count).await.unwrap(), 8);
    assert_eq!(ALONE.statements.load(Ordering::Relaxed), 8);
}

async fn nobody_waits_for_a_caller_who_has_gone(backend: Backend) {
    let (_test, db, together) = place(backend, &LEFT).await;
    // Whoever hands in the first changes runs the statements of all; that they end with their caller is the worst.
    let theirs = Runtime::new().unwrap();
    let first = together.clone();
    let begun = theirs.spawn(async move {
        join_all((0..4).map(|n| first.change(Note::new(n, n)))).await;
    });
    while LEFT.statements.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let second = together.change(Note::new(9, 9));
    let (answer, ()) = tokio::join!(second, async {
        theirs.shutdown_background();
        assert!(begun.await.unwrap_err().is_cancelled());
    });
    assert!(matches!(answer, Err(Fault::Unavailable { .. })) || answer.is_ok());
    for n in 10..14 {
        together.change(Note::new(n, n)).await.unwrap();
    }
    assert!(db.look(count).await.unwrap() >= 4);
}

async fn a_broken_connection_leaves_every_outcome_unknown(backend: Backend) {
    let (_test, db, together) = place(backend, &BROKEN).await;
    let many = join_all((0..4).map(|n| together.change(Note::new(n, n))));
    let (made, ()) = tokio::join!(many, break_off(&db, "broken"));
    let lost = made.iter().filter(|made| made.is_err()).count();
    assert!(lost > 0);
    for fault in made.into_iter().filter_map(Result::err) {
        assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
    }
    together.change(Note::new(9, 9)).await.unwrap();
}

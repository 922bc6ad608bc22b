//! A call with a key is made once.

use std::time::Duration;

use latchkey_common::db::Db;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::{Begun, LIFE, OneCall, begin, forget, found, keep, purge};
use latchkey_common::fault::Fault;
use latchkey_testing::{Backend, both_databases, race};

use crate::tests::world::World;

both_databases!(
    of_sixteen_at_once_one_is_made,
    a_key_is_its_callers_and_its_calls,
    a_call_that_fails_leaves_its_key_free,
    a_call_may_begin_an_act,
    keys_are_forgotten_in_time,
);

fn call(caller: &str, key: &str, fingerprint: u8) -> OneCall {
    OneCall {
        caller: caller.to_owned(),
        key: key.to_owned(),
        fingerprint: [fingerprint; 32],
    }
}

/// The call as one that answers `answer`, if it is made.
async fn make(db: &Db, call: OneCall, answer: &'static [u8]) -> Begun {
    let now = db.now();
    let begun = db.change(move |conn| {
        let begun = begin(conn, &call, None, now)?;
        if begun == Begun::New {
            keep(conn, &call, answer)?;
        }
        Ok(begun)
    });
    begun.await.unwrap()
}

async fn of_sixteen_at_once_one_is_made(backend: Backend) {
    let world = World::new(backend);
    let db = world.app.db.clone();
    let begun = race(16, move |_| {
        let db = db.clone();
        async move { make(&db, call("acc_1", "k", 1), b"made").await }
    });
    let begun = begun.await;
    let made = begun.iter().filter(|one| **one == Begun::New).count();
    let kept = Begun::Answered(b"made".to_vec());
    let again = begun.iter().filter(|one| **one == kept).count();
    assert_eq!((made, again), (1, 15));
}

async fn a_key_is_its_callers_and_its_calls(backend: Backend) {
    let world = World::new(backend);
    let db = &world.app.db;
    assert_eq!(make(db, call("acc_1", "k", 1), b"1").await, Begun::New);
    assert_eq!(
        make(db, call("acc_1", "k", 2), b"2").await,
        Begun::OtherCall
    );
    assert_eq!(make(db, call("acc_2", "k", 2), b"3").await, Begun::New);
    assert_eq!(make(db, call("acc_1", "l", 2), b"4").await, Begun::New);
    let kept = make(db, call("acc_1", "k", 1), b"5").await;
    assert_eq!(kept, Begun::Answered(b"1".to_vec()));
}

/// The key is written down with the effect, or not at all.
async fn a_call_that_fails_leaves_its_key_free(backend: Backend) {
    let world = World::new(backend);
    let db = &world.app.db;
    let now = db.now();
    let failed: Result<(), Fault> = db
        .write(move |conn| {
            begin(conn, &call("acc_1", "k", 1), None, now)?;
            Err(Fault::invalid("refused"))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(make(db, call("acc_1", "k", 2), b"2").await, Begun::New);
}

async fn a_call_may_begin_an_act(backend: Backend) {
    let world = World::new(backend);
    let db = &world.app.db;
    let (now, act) = (db.now(), ActKey::random());
    let begun = async |act: ActKey| {
        let asked = db.change(move |conn| begin(conn, &call("acc_1", "k", 1), Some(&act), now));
        asked.await.unwrap()
    };
    assert_eq!(begun(act.clone()).await, Begun::New);
    assert_eq!(begun(ActKey::random()).await, Begun::Act(act.clone()));
    // Another act of the same call has not made the key its own.
    for (one, left) in [(ActKey::random(), true), (act, false)] {
        let forgotten = db.change(move |conn| {
            forget(conn, &call("acc_1", "k", 1), &one)?;
            found(conn, &call("acc_1", "k", 1))
        });
        assert_eq!(forgotten.await.unwrap().is_some(), left);
    }
}

async fn keys_are_forgotten_in_time(backend: Backend) {
    let world = World::new(backend);
    let db = &world.app.db;
    make(db, call("acc_1", "k", 1), b"1").await;
    let minute = Duration::from_mins(1);
    world.advance(LIFE.checked_sub(minute).unwrap());
    make(db, call("acc_1", "l", 1), b"2").await;
    purge(&world.app.db).await.unwrap();
    let kept = make(db, call("acc_1", "k", 1), b"3").await;
    assert_eq!(kept, Begun::Answered(b"1".to_vec()));
    world.advance(minute);
    purge(&world.app.db).await.unwrap();
    assert_eq!(make(db, call("acc_1", "k", 1), b"3").await, Begun::New);
    let young = make(db, call("acc_1", "l", 1), b"3").await;
    assert_eq!(young, Begun::Answered(b"2".to_vec()));
}

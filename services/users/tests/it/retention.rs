//! What is cleared away, and what is not.

use std::time::Duration;

use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_testing::{Backend, both_databases, eventually};
use latchkey_users::store::{login_failures, sessions};

use crate::harness::World;

both_databases!(old_things_go_and_young_ones_stay);

const QUICKLY: [(&str, &str); 3] = [
    ("LATCHKEY_USERS__PURGE_PERIOD_S", "1"),
    ("LATCHKEY_RATE_LIMITS", "on"),
    ("LATCHKEY_LIMITS__LOGIN__COUNT", "10000"),
];

async fn old_things_go_and_young_ones_stay(backend: Backend) {
    let world = World::with(backend, &QUICKLY);
    let jobs = world.start_jobs();
    world.account("early bird").await;
    let old = world.log_in("early bird").await;
    world.try_log_in("late bird", "wrong password").await;
    eventually(Duration::from_secs(5), "a numbered event", || async {
        let batch = world.users.events(0, 10).await.unwrap();
        (!batch.events.is_empty()).then_some(())
    })
    .await;
    world.advance(Duration::from_hours(24 * 8));
    let young = world.log_in("early bird").await;
    world.account("late bird").await;

    eventually(Duration::from_secs(10), "old things gone", || async {
        let hash = TokenHash::of(&old);
        let now = world.db.now();
        // Asked as of a time at which all of it was fresh: only a deleted row is not found.
        let then = now.minus(Duration::from_hours(24 * 30));
        let (session, failures) = world
            .db
            .read(move |conn| {
                let session = sessions::resolve(conn, &hash, then)?;
                let failures = login_failures::window_used_up(conn, "late bird", 1, then)?;
                Ok::<_, Fault>((session, failures))
            })
            .await
            .unwrap();
        let events = world.users.events(0, 10).await.unwrap().events;
        (session.is_none() && failures.is_none() && events.len() == 1).then_some(())
    })
    .await;
    assert!(world.is_live(&young).await);
    jobs.stop().await;
}

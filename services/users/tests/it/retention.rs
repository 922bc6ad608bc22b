//! What is cleared away, and what is not.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases, eventually};

use crate::world::World;

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
    world.log_in("early bird").await;
    world.try_log_in("late bird", "wrong password").await;
    eventually(Duration::from_secs(5), "a numbered event", || async {
        let batch = world.users.events(0, 10).await.unwrap();
        (!batch.events.is_empty()).then_some(())
    })
    .await;
    // One failure counts for its network and for all of them.
    assert_eq!(rows(&world).await, (1, 2));
    world.advance(Duration::from_hours(24 * 8));
    let young = world.log_in("early bird").await;
    world.account("late bird").await;

    eventually(Duration::from_secs(10), "old things gone", || async {
        let (sessions, failures) = rows(&world).await;
        let events = world.users.events(0, 10).await.unwrap().events;
        (sessions == 1 && failures == 0 && events.len() == 1).then_some(())
    })
    .await;
    assert!(world.is_live(&young).await);
    jobs.stop().await;
}

/// How many sessions and how many counts of failed logins are stored.
async fn rows(world: &World) -> (usize, usize) {
    let sessions = world.cells("SELECT 'one' AS cell FROM sessions").await;
    let failures = world
        .cells("SELECT 'one' AS cell FROM login_failures")
        .await;
    (sessions.len(), failures.len())
}

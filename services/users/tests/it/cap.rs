//! How many sessions one may have.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases, race};

use crate::world::World;

both_databases!(
    the_least_recently_used_goes,
    uses_that_are_not_written_count,
    logins_at_once_keep_to_the_cap,
);

async fn the_least_recently_used_goes(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let heard = world.hear();
    let mut tokens = Vec::new();
    for _ in 0..10 {
        tokens.push(world.log_in("John11").await);
        world.advance(Duration::from_secs(1));
    }
    let (ids, _) = world.sessions(&tokens[0]).await;
    assert_eq!((ids.len(), heard.take()), (10, vec![]));
    // The first one is used again, so the second one is the least recently used.
    world.advance(Duration::from_hours(2));
    assert!(world.is_live(&tokens[0]).await);
    let eleventh = world.log_in("John11").await;
    assert_eq!(heard.take(), [ids[1]]);
    assert!(!world.is_live(&tokens[1]).await);
    assert!(world.is_live(&tokens[0]).await && world.is_live(&eleventh).await);
    assert_eq!(world.sessions(&eleventh).await.0.len(), 10);
}

async fn uses_that_are_not_written_count(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_USERS__SESSIONS_PER_USER", "3")]);
    world.account("John11").await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(world.log_in("John11").await);
        world.advance(Duration::from_secs(1));
    }
    // From the database and from memory; neither use is old enough to be written.
    for nth in [1, 0, 1] {
        assert!(world.is_live(&tokens[nth]).await);
        world.advance(Duration::from_millis(400));
    }
    world.log_in("John11").await;
    assert!(!world.is_live(&tokens[2]).await);
    world.log_in("John11").await;
    assert!(!world.is_live(&tokens[0]).await);
    assert!(world.is_live(&tokens[1]).await);
}

async fn logins_at_once_keep_to_the_cap(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_USERS__SESSIONS_PER_USER", "3")]);
    world.account("John11").await;
    let tokens = race(30, |_| world.log_in("John11")).await;
    let live = race(30, |n| world.is_live(&tokens[n])).await;
    assert_eq!(live.into_iter().filter(|is_live| *is_live).count(), 3);
}

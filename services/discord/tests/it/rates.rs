//! Discord's rate limits, and ours.

use std::time::{Duration, Instant};

use latchkey_testing::discord::Reply;
use latchkey_testing::{Backend, both_databases};

use crate::world::{ANNA, BERT, BOSS, PATHS, World};

/// POST works in the end, and not before `wait` has passed since the refusal.
async fn is_obeyed(world: &World, user: i64, reply: Reply, wait: Duration) {
    let before = world.discord.calls();
    world.discord.reply([reply.clone()]);
    world.post(PATHS[0], user).await.ok(201);
    let asked = world.discord.asked();
    assert_eq!(asked.len() - before, 2, "{reply:?}");
    let pause = asked[before + 1].at.duration_since(asked[before].at);
    assert!(pause >= wait, "{reply:?}: {pause:?}");
    assert!(
        pause < wait + Duration::from_secs(1),
        "{reply:?}: {pause:?}"
    );
}

async fn a_limit_is_waited_for(backend: Backend) {
    let world = World::new(backend);
    let millis = Duration::from_millis;
    for (user, (reply, wait)) in (ANNA..).zip([
        (Reply::LimitedByBody(0.3), millis(295)),
        (Reply::LimitedByHeader(1), millis(995)),
        (Reply::Limited(0.4), millis(995)),
        (Reply::LimitedGlobally(0.2), millis(995)),
        (Reply::LimitedAtTheEdge, millis(995)),
    ]) {
        is_obeyed(&world, user, reply, wait).await;
    }
}

async fn limits_do_not_count_as_tries(backend: Backend) {
    let world = World::new(backend);
    world.discord.reply(vec![Reply::LimitedByBody(0.0); 8]);
    world.post(PATHS[0], ANNA).await.ok(201);
    assert_eq!(world.discord.calls(), 9);
}

async fn a_limit_beyond_the_deadline_is_not_waited_for(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_DISCORD__TIMEOUT_MS", "1500")]);
    world.discord.reply([Reply::Limited(30.0)]);
    let begun = Instant::now();
    let refused = world.post(PATHS[0], ANNA).await;
    assert_eq!(refused.status, 500);
    assert_eq!(refused.header("retry-after"), Some("30"));
    let took = begun.elapsed();
    assert!(took < Duration::from_millis(700), "{took:?}");
    assert_eq!(world.discord.calls(), 1);
    world.get(PATHS[0], ANNA).await.ok(404);
}

async fn a_limit_beyond_all_deadlines_is_asked_about_again(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_DISCORD__TIMEOUT_MS", "1500")]);
    for (next, (reply, status)) in (BERT..).zip([
        (Reply::Limited(30.0), 500),
        (Reply::LimitedGlobally(3_600.0), 500),
        (Reply::LastInBucket(30.0), 201),
    ]) {
        let before = world.discord.calls();
        world.discord.reply([reply]);
        assert_eq!(world.post(PATHS[0], ANNA).await.status, status);
        // Not at once, but within the deadline of whoever comes next.
        world.post(PATHS[0], next).await.ok(201);
        let asked = world.discord.asked();
        assert_eq!(asked.len() - before, 2);
        let pause = asked[before + 1].at.duration_since(asked[before].at);
        assert!(pause >= Duration::from_millis(740), "{pause:?}");
    }
}

async fn an_empty_bucket_is_not_tried(backend: Backend) {
    let world = World::new(backend);
    world.discord.reply([Reply::LastInBucket(0.5)]);
    world.post(PATHS[0], ANNA).await.ok(201);
    world.post(PATHS[0], BERT).await.ok(201);
    let asked = world.discord.asked();
    assert_eq!(asked.len(), 2);
    let pause = asked[1].at.duration_since(asked[0].at);
    assert!(pause >= Duration::from_millis(490), "{pause:?}");
}

async fn too_many_links_of_one_person_are_limited(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_RATE_LIMITS", "on"),
            ("LATCHKEY_LIMITS__INVITATION__COUNT", "2"),
        ],
    );
    let of = |user| format!("{}?userId={user}", PATHS[0]);
    world.post(&of(2), BOSS).await.ok(201);
    world.post(&of(3), BOSS).await.ok(201);
    // Links that are there are not counted, links that are not there are.
    world.post(&of(3), BOSS).await.ok(409);
    let limited = world.post(&of(4), BOSS).await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").is_some());
    world.get(&of(4), BOSS).await.ok(404);
    world.post(PATHS[0], 4).await.ok(201);
    assert_eq!(world.discord.calls(), 3);
}

both_databases!(
    a_limit_is_waited_for,
    limits_do_not_count_as_tries,
    a_limit_beyond_the_deadline_is_not_waited_for,
    a_limit_beyond_all_deadlines_is_asked_about_again,
    an_empty_bucket_is_not_tried,
    too_many_links_of_one_person_are_limited,
);

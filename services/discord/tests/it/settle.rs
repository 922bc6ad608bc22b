//! Reservations, and what becomes of those that nobody came back to.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases, eventually};

use crate::logged;
use crate::world::{ANNA, BOSS, PATHS, World};

const SOON: Duration = Duration::from_secs(10);

/// One POST is under way at Discord while `meanwhile` happens; its answer.
async fn during_a_call(world: &World, meanwhile: impl AsyncFnOnce()) -> u16 {
    world.discord.hold();
    let calls = world.discord.calls();
    let made = async { world.post(PATHS[0], ANNA).await.status };
    let other = async {
        let what = "the call is under way";
        eventually(SOON, what, async || {
            (world.discord.calls() > calls).then_some(())
        })
        .await;
        meanwhile().await;
        world.discord.go_on();
    };
    tokio::join!(made, other).0
}

async fn while_a_link_is_made_there_is_none(backend: Backend) {
    let world = World::new(backend);
    let status = during_a_call(&world, async || {
        world.get(PATHS[0], ANNA).await.ok(404);
        world.post(PATHS[0], ANNA).await.ok(409);
        assert_eq!(world.discord.calls(), 1);
    });
    assert_eq!(status.await, 201);
    world.get(PATHS[0], ANNA).await.ok(200);
}

async fn what_is_left_over_is_given_back(backend: Backend) {
    logged::keep();
    let world = World::new(backend);
    let jobs = world.start_jobs();
    // The time of the reservation passes while the call is on its way, as if the process had died.
    let status = during_a_call(&world, async || {
        world.advance(Duration::from_secs(5));
        eventually(SOON, "the reservation is given back", async || {
            let list = world.get("/discord/links", BOSS).await.ok(200);
            (list["links"][0]["endReason"] == "left-over").then_some(())
        })
        .await;
    });
    // Discord's late answer comes to nothing: the reservation is over.
    assert_eq!(status.await, 500);
    // Its code stands in the log, so that somebody can take it back by hand.
    let (alive, list) = (
        world.discord.alive(),
        world.get("/discord/links", BOSS).await.ok(200),
    );
    let lines = logged::lines_with(list["links"][0]["id"].as_str().unwrap());
    let told = |line: &String| line.contains("ERROR") && line.contains(alive.first().unwrap());
    assert!(lines.iter().any(told), "{lines:?}");
    world.get(PATHS[0], ANNA).await.ok(404);
    world.post(PATHS[0], ANNA).await.ok(201);
    assert_eq!(world.discord.made(), 2);
    jobs.stop().await;
}

async fn a_clock_that_is_put_back_keeps_no_reservation(backend: Backend) {
    let world = World::new(backend);
    let jobs = world.start_jobs();
    world.advance(Duration::from_hours(2));
    let status = during_a_call(&world, async || {
        world.put_back(Duration::from_hours(2));
        eventually(SOON, "the reservation is given back", async || {
            let list = world.get("/discord/links", BOSS).await.ok(200);
            (list["links"][0]["endReason"] == "left-over").then_some(())
        })
        .await;
    });
    assert_eq!(status.await, 500);
    world.post(PATHS[0], ANNA).await.ok(201);
    jobs.stop().await;
}

async fn a_reservation_in_time_is_left_alone(backend: Backend) {
    let world = World::new(backend);
    let jobs = world.start_jobs();
    let status = during_a_call(&world, async || {
        tokio::time::sleep(Duration::from_millis(1100)).await;
    });
    assert_eq!(status.await, 201);
    jobs.stop().await;
}

async fn attempts_are_forgotten_and_links_are_not(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_DISCORD__PURGE_PERIOD_S", "1"),
            ("LATCHKEY_DISCORD__RELEASED_LIFE_S", "60"),
        ],
    );
    world
        .discord
        .reply([latchkey_testing::discord::Reply::Unauthorized]);
    world.post(PATHS[0], ANNA).await.ok(500);
    world.post(PATHS[0], ANNA).await.ok(201);
    let count = async || {
        let list = world.get("/discord/links", BOSS).await.ok(200);
        list["links"].as_array().unwrap().len()
    };
    assert_eq!(count().await, 2);
    let jobs = world.start_jobs();
    world.advance(Duration::from_secs(70));
    eventually(SOON, "the attempt is forgotten", async || {
        (count().await == 1).then_some(())
    })
    .await;
    world.get(PATHS[0], ANNA).await.ok(200);
    jobs.stop().await;
}

async fn who_goes_away_gets_the_link_all_the_same(backend: Backend) {
    let world = World::new(backend);
    world.discord.hold();
    let call = world.post(PATHS[0], ANNA);
    // The handler is dropped in the middle, as when its client resets the connection.
    let cut = tokio::time::timeout(Duration::from_millis(500), call).await;
    assert!(cut.is_err());
    assert_eq!(world.discord.calls(), 1);
    world.discord.go_on();
    eventually(SOON, "the link is filled in", async || {
        (world.get(PATHS[0], ANNA).await.status == 200).then_some(())
    })
    .await;
}

both_databases!(
    while_a_link_is_made_there_is_none,
    what_is_left_over_is_given_back,
    a_clock_that_is_put_back_keeps_no_reservation,
    a_reservation_in_time_is_left_alone,
    attempts_are_forgotten_and_links_are_not,
    who_goes_away_gets_the_link_all_the_same,
);

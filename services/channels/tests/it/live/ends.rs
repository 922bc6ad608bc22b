//! What ends streams.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases};

use super::settle;
use crate::world::{Options, World};

both_databases!(
    a_session_has_a_bounded_number_of_streams,
    a_sessions_end_ends_its_streams,
    a_session_that_ends_elsewhere_ends_its_streams,
    a_stop_ends_streams,
);

async fn a_session_has_a_bounded_number_of_streams(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let elsewhere = world.session_of(anna.id);
    let mut other = elsewhere.listen().await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(anna.listen().await);
    }
    assert!(streams[0].next_or_end().await.is_none());
    world.channel(&anna, "News").await;
    for stream in &mut streams[1..] {
        stream.expect("channel-join").await;
    }
    other.expect("channel-join").await;
    world.stopped().await;
}

async fn a_sessions_end_ends_its_streams(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let elsewhere = world.session_of(anna.id);
    let id = world.channel(&anna, "News").await;
    settle(&world).await;
    let mut stream = anna.listen().await;
    let mut other = elsewhere.listen().await;
    world.users.sign_out(anna.session);
    elsewhere.say(id, "not for that session").await.ok(201);
    assert!(stream.next_or_end().await.is_none());
    other.expect("channel-message").await;
    anna.get("/api/user/listener").await.refused("unauthorized");
    world.stopped().await;
}

async fn a_session_that_ends_elsewhere_ends_its_streams(backend: Backend) {
    let options = Options {
        tells: false,
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let mut stream = anna.listen().await;
    let mut other = berta.listen().await;
    world.users.sign_out(anna.session);
    stream.end(Duration::from_secs(3)).await;
    world.channel(&berta, "News").await;
    other.expect("channel-join").await;
    // Nobody can be asked: nobody listens on.
    world.users.calls.down(true);
    other.end(Duration::from_secs(3)).await;
    world.stopped().await;
}

async fn a_stop_ends_streams(backend: Backend) {
    let mut world = World::start(backend).await;
    let anna = world.person("Anna");
    let mut stream = anna.listen().await;
    world.stop();
    stream.end(Duration::from_secs(3)).await;
    world.stopped().await;
}

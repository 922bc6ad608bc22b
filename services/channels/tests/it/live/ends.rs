//! What ends streams.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases};

use super::settle;
use crate::site::{Options, Site};

both_databases!(
    a_session_has_a_bounded_number_of_streams,
    a_sessions_end_ends_its_streams,
    a_session_that_ends_elsewhere_ends_its_streams,
    a_stop_ends_streams,
);

async fn a_session_has_a_bounded_number_of_streams(backend: Backend) {
    let site = Site::start(backend).await;
    let anna = site.person("Anna");
    let elsewhere = site.session_of(anna.id);
    let mut other = elsewhere.listen().await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(anna.listen().await);
    }
    assert!(streams[0].next_or_end().await.is_none());
    site.channel(&anna, "News").await;
    for stream in &mut streams[1..] {
        stream.expect("channel-join").await;
    }
    other.expect("channel-join").await;
    site.stopped().await;
}

async fn a_sessions_end_ends_its_streams(backend: Backend) {
    let site = Site::start(backend).await;
    let anna = site.person("Anna");
    let elsewhere = site.session_of(anna.id);
    let id = site.channel(&anna, "News").await;
    settle(&site).await;
    let mut stream = anna.listen().await;
    let mut other = elsewhere.listen().await;
    site.users.sign_out(anna.session);
    elsewhere.say(id, "not for that session").await.ok(201);
    assert!(stream.next_or_end().await.is_none());
    other.expect("channel-message").await;
    anna.get("/api/user/listener").await.refused("unauthorized");
    site.stopped().await;
}

async fn a_session_that_ends_elsewhere_ends_its_streams(backend: Backend) {
    let options = Options {
        tells: false,
        ..Options::default()
    };
    let site = Site::with(backend, options).await;
    let (anna, berta) = (site.person("Anna"), site.person("Berta"));
    let mut stream = anna.listen().await;
    let mut other = berta.listen().await;
    site.users.sign_out(anna.session);
    stream.end(Duration::from_secs(3)).await;
    site.channel(&berta, "News").await;
    other.expect("channel-join").await;
    // Nobody can be asked: nobody listens on.
    site.users.calls.down(true);
    other.end(Duration::from_secs(3)).await;
    site.stopped().await;
}

async fn a_stop_ends_streams(backend: Backend) {
    let mut site = Site::start(backend).await;
    let anna = site.person("Anna");
    let mut stream = anna.listen().await;
    site.stop();
    stream.end(Duration::from_secs(3)).await;
    site.stopped().await;
}

//! What ends streams.

use std::cell::Cell;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use futures_util::future::join_all;
use latchkey_testing::{Backend, both_databases, raw};
use tokio::time::timeout;

use super::settle;
use crate::world::{Options, World};

both_databases!(
    a_session_has_a_bounded_number_of_streams,
    a_sessions_end_ends_its_streams,
    a_session_that_ends_elsewhere_ends_its_streams,
    a_stop_ends_streams,
    what_passes_is_no_refusal_to_a_stream,
    tabs_of_one_session_do_not_chase_each_other,
    an_old_client_gets_no_chunks,
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
    assert_eq!(streams[0].retry(), Some(Duration::from_mins(5)));
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
        settings: "LATCHKEY_CHANNELS__USERS_ABSENCE_S=3".to_owned(),
    };
    let world = World::with(backend, options).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let mut stream = anna.listen().await;
    let mut other = berta.listen().await;
    world.users.sign_out(anna.session);
    stream.end(Duration::from_secs(3)).await;
    world.channel(&berta, "News").await;
    other.expect("channel-join").await;
    // Nobody can be asked for a moment: that ends nothing.
    world.users.calls.down(true);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    world.users.calls.down(false);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    world.channel(&berta, "Still here").await;
    other.expect("channel-join").await;
    // For long: nobody listens on.
    world.users.calls.down(true);
    other.end(Duration::from_secs(6)).await;
    world.stopped().await;
}

async fn what_passes_is_no_refusal_to_a_stream(backend: Backend) {
    let mut world = World::start(backend).await;
    let anna = world.person("Anna");
    let mut stream = anna.listen().await;
    world.users.calls.down(true);
    // An `EventSource` comes back after a stream that ends, and after nothing else.
    let mut refused = anna.elsewhere().listen().await;
    assert!(refused.next_or_end().await.is_none());
    assert_eq!(refused.retry(), Some(Duration::from_secs(2)));
    anna.get("/api/user/listener")
        .await
        .refused("service-unavailable");
    world.users.calls.down(false);
    let unknown = world.anybody().with_session("0");
    let refused = unknown.try_listen(None).await.err().unwrap();
    refused.refused("unauthorized");
    // It goes on as if nothing had been.
    world.channel(&anna, "News").await;
    stream.expect("channel-join").await;
    world.stop();
    world.stopped().await;
}

/// Seven tabs of one session, each with a stream that it opens again when it ends, after the time that
/// it was told.
async fn tabs_of_one_session_do_not_chase_each_other(backend: Backend) {
    const TABS: usize = 7;
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let opened = Cell::new(0);
    let tab = |_| async {
        loop {
            let mut stream = anna.elsewhere().listen().await;
            opened.set(opened.get() + 1);
            stream.ended().await;
            tokio::time::sleep(stream.retry().unwrap_or_default()).await;
        }
    };
    let tabs = join_all((0..TABS).map(tab));
    drop(timeout(Duration::from_secs(5), tabs).await);
    assert_eq!(opened.get(), TABS);
    world.stopped().await;
}

/// RFC 9112, 6.1: not to a client of HTTP/1.0, whose answer ends with its connection.
async fn an_old_client_gets_no_chunks(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let authority = world.anybody().authority().to_owned();
    let request = format!(
        "GET /api/user/listener HTTP/1.0\r\nConnection: keep-alive\r\nCookie: t={}\r\n\r\n",
        anna.session()
    );
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = raw::connect(&authority);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        while !answer.contains(": connected\n\n") {
            let mut piece = [0; 1024];
            let length = stream.read(&mut piece).unwrap();
            assert!(length > 0, "{answer}");
            answer.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
        answer
    });
    let answer = answer.await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        !head.contains("chunked") && !head.contains("keep-alive"),
        "{head}"
    );
    assert!(body.starts_with("id: "), "{body:?}");
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

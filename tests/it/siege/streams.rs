//! Live streams whose clients have stopped reading: they are cut off, and so are their sockets.

use std::time::{Duration, Instant};

use latchkey_testing::siege::{connect, has_socket_of};
use latchkey_testing::{Backend, eventually, one_process};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{ATTACKER, besieged, target};
use crate::house::{House, Person};

/// Below every deadline of the server: only a cut ends a connection so soon.
const SOON: Duration = Duration::from_secs(2);

/// When an answer that nobody takes ends by itself.
const DEADLINE: Duration = Duration::from_mins(1);

async fn house(backend: Backend) -> House {
    besieged(backend, |stack| {
        let deadline = DEADLINE.as_secs().to_string();
        stack
            .env("LATCHKEY_SERVER__ANSWER_TIMEOUT_SECONDS", &deadline)
            .env("LATCHKEY_CHANNELS__STREAM_QUEUE", "40")
    })
    .await
}

/// A stream whose client reads its beginning and nothing more.
async fn deaf_stream(house: &House, person: &Person) -> TcpStream {
    let mut stream = connect(ATTACKER, target(house)).await.unwrap();
    let request = format!(
        "GET /api/user/listener HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\r\n",
        person.session()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut begin = String::new();
    while !begin.contains("connected") {
        let mut piece = [0; 512];
        let read = stream.read(&mut piece).await.unwrap();
        assert!(read > 0, "{begin}");
        begin.push_str(str::from_utf8(&piece[..read]).unwrap());
    }
    stream
}

async fn has_no_socket(house: &House, stream: &TcpStream) {
    let process = house.stack.process();
    eventually(SOON, "no socket for the stream", async || {
        (!has_socket_of(process, stream)).then_some(())
    })
    .await;
}

/// Sends long messages: some forty of them are more than the system keeps on its way.
async fn say_much(person: &Person, channel: i64, count: usize) {
    let text = "m".repeat(4_000);
    for _ in 0..count {
        drop(person.say(channel, &text).await.ok(201));
    }
}

async fn a_stream_that_is_cut_off_has_no_socket(backend: Backend) {
    let house = house(backend).await;
    let person = house.person().await;
    let channel = person.public_channel().await;
    let stream = deaf_stream(&house, &person).await;
    assert!(has_socket_of(house.stack.process(), &stream));
    let began = Instant::now();
    say_much(&person, channel, 150).await;
    has_no_socket(&house, &stream).await;
    assert!(began.elapsed() < DEADLINE / 2, "the deadline did it");
}

/// Signing out, and a lock by the operator, end streams that nobody reads too.
async fn a_stream_of_a_session_that_ended_has_no_socket(backend: Backend) {
    let house = house(backend).await;
    for is_locked in [false, true] {
        let (speaker, person) = (house.person().await, house.person().await);
        let channel = speaker.public_channel().await;
        drop(person.join(channel).await.ok(200));
        let began = Instant::now();
        // One takes nothing more, but its queue is not full yet; the other has missed nothing.
        let blocked = deaf_stream(&house, &person).await;
        say_much(&speaker, channel, 60).await;
        let idle = deaf_stream(&house, &person).await;
        for stream in [&blocked, &idle] {
            assert!(has_socket_of(house.stack.process(), stream));
        }
        if is_locked {
            let locked = house.stack.admin(&["user", "lock", &person.name], "");
            assert!(locked.status.success(), "{locked:?}");
        } else {
            person.logout().await.done();
        }
        for stream in [&blocked, &idle] {
            has_no_socket(&house, stream).await;
        }
        assert!(began.elapsed() < DEADLINE / 2, "the deadline did it");
    }
}

one_process!(
    a_stream_that_is_cut_off_has_no_socket,
    a_stream_of_a_session_that_ended_has_no_socket,
);

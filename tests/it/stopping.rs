//! Stopping: when it is orderly, and when it is not asked to be.

use std::io::{Read as _, Write as _};
use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use latchkey_testing::siege::connect;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process};
use tokio::io::AsyncWriteExt as _;
use tokio::task::spawn_blocking;

use crate::house::{House, int};

every_shape!(stopping_is_orderly,);

one_process!(
    a_second_signal_ends_at_once,
    an_answer_that_nobody_takes_delays_no_stop,
    half_a_body_on_the_operators_socket_delays_no_stop,
);

/// What a stop takes at most where only clients delay it: their two seconds, one more to be told, and what a busy machine
/// takes.
const PROMPT: Duration = Duration::from_secs(8);

async fn stopping_is_orderly(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let person = house.person().await;
    let id = person.public_channel().await;
    let mut stream = person.listen().await;
    let said = person.says(id, "last words").await;
    assert_eq!(
        int(&stream.expect("channel-message").await, "messageId"),
        said
    );
    let status = house.stack.terminate(Duration::from_secs(30));
    assert!(status.success(), "{status}: {}", house.stack.log());
    stream.end(Duration::from_secs(1)).await;
}

/// Whoever asks twice does not want to wait.
async fn a_second_signal_ends_at_once(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_SERVER__DRAIN_SECONDS", "60")
        .start();
    let asked = Command::new("kill")
        .arg(stack.process().to_string())
        .status();
    assert!(asked.unwrap().success());
    eventually(Duration::from_secs(10), "it stops", async || {
        stack.log().contains("stopping").then_some(())
    })
    .await;
    let status = stack.terminate(Duration::from_secs(10));
    assert_eq!(status.code(), Some(128 + 15), "{}", stack.log());
}

fn stops_promptly(stack: &Stack) {
    let begun = Instant::now();
    let status = stack.terminate(Duration::from_mins(1));
    let took = begun.elapsed();
    assert!(status.success(), "{status}: {}", stack.log());
    assert!(took < PROMPT, "{took:?}: {}", stack.log());
}

async fn an_answer_that_nobody_takes_delays_no_stop(backend: Backend) {
    let stack = Stack::on(backend).start();
    let base = stack.base();
    let target = base.strip_prefix("http://").unwrap().parse().unwrap();
    let mut clients = Vec::new();
    for _ in 0..4 {
        // A client with a small buffer, so that most of the answers waits with the server.
        let mut client = connect(Ipv4Addr::LOCALHOST, target).await.unwrap();
        let question = "GET /openapi/chat.json HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20);
        client.write_all(question.as_bytes()).await.unwrap();
        clients.push(client);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    spawn_blocking(move || stops_promptly(&stack))
        .await
        .unwrap();
    drop(clients);
}

async fn half_a_body_on_the_operators_socket_delays_no_stop(backend: Backend) {
    let stack = Stack::on(backend).start();
    let socket = stack.data_dir().join("admin.sock");
    let head =
        "POST /operator/users/list HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    let halves = [
        format!("{head}Content-Length: 20\r\n\r\n{{"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n"),
        head.to_owned(),
    ];
    let mut clients = Vec::new();
    for half in halves {
        let mut client = UnixStream::connect(&socket).unwrap();
        client.write_all(half.as_bytes()).unwrap();
        clients.push(client);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    spawn_blocking(move || stops_promptly(&stack))
        .await
        .unwrap();
    for (mut client, is_head) in clients.into_iter().zip([false, false, true]) {
        let mut said = String::new();
        drop(client.read_to_string(&mut said));
        // Nothing was done with it, and whoever waits is told so.
        assert!(is_head || said.starts_with("HTTP/1.1 4"), "{said:?}");
    }
}

//! Stopping: when it is orderly, and when it is not asked to be.

use std::process::Command;
use std::time::Duration;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process};

use crate::house::{House, int};

every_shape!(stopping_is_orderly,);

one_process!(a_second_signal_ends_at_once,);

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

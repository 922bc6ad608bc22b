//! What becomes of an answer that cannot be printed: nobody takes a command for done whose answer is lost.

use std::process::Command;
use std::time::Duration;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process};

use crate::house::{House, PASSWORD, house};

async fn an_answer_that_is_lost_is_a_failure(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    for args in [
        &["admin", "token", "bearer", &person.name][..],
        &["--version"],
        &["--help"],
        &["help", "admin", "user"],
        &["config"],
        &["doctor"],
        &["routes"],
        &["admin", "user", "list"],
        &["admin", "--json", "user", "list"],
        &["admin", "invite", "create"],
        &["admin", "invite", "list"],
        &["admin", "key", "choir"],
        &["admin", "user", "set-password", &person.name],
    ] {
        let (status, said) = house.stack.answer_onto_full_disk(args);
        assert_eq!(status.code(), Some(1), "{args:?}: {said}");
        let complaints = said.matches("cannot be printed").count();
        assert_eq!(complaints, 1, "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        // Neither is there a place for a complaint then.
        let mut deaf = house.stack.onto_full_disk(args);
        assert_eq!(deaf.wait().unwrap().code(), Some(1), "{args:?}");
    }
}

async fn a_server_whose_words_are_lost_serves_on(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let stack = &house.stack;
    assert!(stack.terminate(Duration::from_secs(30)).success());
    let mut server = stack.onto_full_disk(&["serve"]);
    eventually(Duration::from_secs(30), "it serves", async || {
        let asked = house.nobody().call("GET".parse().unwrap(), "/api/status");
        asked.attempt().await.ok().filter(|it| it.status == 200)
    })
    .await;
    // Each of these is a line of the log.
    for _ in 0..3 {
        let login = house.nobody().login("root-user", "not the password").await;
        assert_eq!(login.status, 401, "{login}");
    }
    let login = house.nobody().login("root-user", PASSWORD).await;
    drop(login.ok(200));
    let pid = server.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(asked.unwrap().success());
    assert!(server.wait().unwrap().success());
}

every_shape!(an_answer_that_is_lost_is_a_failure,);

one_process!(a_server_whose_words_are_lost_serves_on,);

//! Replicas come and go behind the gateway.

use std::time::Duration;

use latchkey_testing::eventually;
use latchkey_testing::upstream::Mood;
use reqwest::Method;
use serde_json::json;

use super::front::Front;

/// A replica is in or out within this.
const NOTICED: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_unready_replica_gets_no_requests() {
    let Some(front) = Front::open("an_unready_replica_gets_no_requests", &[]) else {
        return;
    };
    let nobody = front.nobody();
    let (first, second) = (front.replica("users", 0), front.replica("users", 1));
    first.set_ready(false);
    eventually(NOTICED, "the first replica is out", async || {
        let before = first.asked();
        for _ in 0..4 {
            drop(nobody.get("/api/status").await.ok(200));
        }
        (first.asked() == before).then_some(())
    })
    .await;
    second.set_ready(false);
    let answer = eventually(NOTICED, "no replica is up", async || {
        let answer = nobody.get("/api/status").await;
        (answer.status != 200).then_some(answer)
    })
    .await;
    answer.refused("service-unavailable");
    assert!(answer.retry_after() > 0);
    assert!(answer.header("x-request-id").is_some(), "{answer}");
    // The others do not mind.
    drop(nobody.get("/keys").await.ok(200));
    first.set_ready(true);
    eventually(NOTICED, "the first replica is back", async || {
        (nobody.get("/api/status").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_dead_replica_costs_no_request() {
    let Some(mut front) = Front::open("a_dead_replica_costs_no_request", &[]) else {
        return;
    };
    let nobody = front.nobody();
    drop(nobody.get("/api/status").await.ok(200));
    front.lose("users", 0);
    // Nobody listens there, which the checks have yet to find out.
    for _ in 0..20 {
        drop(nobody.post("/api/user/login", &json!({})).await.ok(200));
    }
}

#[tokio::test]
async fn only_what_is_harmless_is_repeated() {
    let Some(front) = Front::open("only_what_is_harmless_is_repeated", &[]) else {
        return;
    };
    let (first, second) = (
        front.replica("invitations", 0),
        front.replica("invitations", 1),
    );
    first.set_mood(Mood::Closes);
    let nobody = front.nobody();
    for _ in 0..6 {
        drop(nobody.get("/user").await.ok(200));
    }
    assert!(first.asked() > 0 && second.asked() >= 6);
    for (method, path) in [
        (Method::POST, "/create"),
        (Method::DELETE, "/invites/1"),
        (Method::PATCH, "/invites/1"),
        (Method::GET, "/check/1"),
        (Method::GET, "/%63heck/1"),
        (Method::GET, "/check%2F1"),
        (Method::GET, "/%63%68%65%63%6B%2f1"),
    ] {
        let before = front.asked("invitations");
        let mut refusals = 0;
        for _ in 0..4 {
            // Whose connection has been used before sees it closed instead: HTTP's own sign that a
            // request may or may not have been seen.
            let answer = nobody.elsewhere().call(method.clone(), path).await;
            refusals += usize::from(answer.status == 503 && answer.retry_after() > 0);
        }
        assert_eq!(refusals, 2, "{method} {path}");
        assert_eq!(front.asked("invitations"), before + 4, "{method} {path}");
    }
}

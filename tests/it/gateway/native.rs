//! What the gateway itself answers below `/v1`: problems of our own contract, as the services have them.

use std::time::Duration;

use latchkey_contracts::v1::DOCUMENT;
use latchkey_testing::chat::Answer;
use latchkey_testing::eventually;
use latchkey_testing::openapi::Document;
use latchkey_testing::upstream::Mood;
use reqwest::Method;
use serde_json::Value;

use super::front::Front;

/// Asks for the problem of this code, word by word as its example in the document has it.
#[track_caller]
fn is_problem(answer: &Answer, code: &str) {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut wanted = document["components"]["examples"][code]["value"].clone();
    assert_eq!(answer.status, wanted["status"], "{answer}");
    assert_eq!(answer.content_type(), Some("application/problem+json"));
    let told: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let id = answer.header("x-request-id").expect("an id");
    wanted["request_id"] = id.into();
    assert_eq!(told, wanted);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-latchkey-away").is_none(), "{answer}");
}

#[tokio::test]
async fn nobody_to_answer_is_told_in_the_words_of_our_own_contract() {
    let limits = [("GATEWAY_SERVER_TIMEOUT", "1s")];
    let test = "nobody_to_answer_is_told_in_the_words_of_our_own_contract";
    let Some(front) = Front::open(test, &limits) else {
        return;
    };
    let nobody = front.nobody();
    let moods = |mood: Mood| {
        for nth in 0..2 {
            front.replica("invitations", nth).set_mood(mood);
        }
    };
    let document = Document::load(DOCUMENT).unwrap();
    let is_away = |answer: &Answer| {
        is_problem(answer, "dependency-unavailable");
        assert!(answer.retry_after() > 0);
        let sort = Some("application/problem+json");
        let checked = document.check_answer("GET", "/v1", answer.status, sort, &answer.body);
        checked.unwrap_or_else(|complaint| panic!("{complaint}"));
    };
    for mood in [Mood::Closes, Mood::Hangs] {
        moods(mood);
        // As the services know the path, however it is written.
        for path in ["/v1", "/%761", "/v1/invitations/inv_1"] {
            is_away(&nobody.elsewhere().get(path).await);
        }
    }
    for nth in 0..2 {
        front.replica("invitations", nth).set_ready(false);
    }
    let out = eventually(Duration::from_secs(10), "no replica is up", async || {
        let answer = nobody
            .elsewhere()
            .get("/v1")
            .header("x-request-id", "mine-7");
        let answer = answer.await;
        (answer.header("x-request-id") == Some("mine-7")).then_some(answer)
    });
    is_away(&out.await);
    // Other contracts keep theirs.
    let chat = nobody.post("/api/channel/join", &Value::Null).await;
    chat.refused("service-unavailable");
}

#[tokio::test]
async fn what_is_too_much_is_refused_in_the_words_of_our_own_contract() {
    let limits = [
        ("GATEWAY_BODY_LIMIT_BYTES", "1000"),
        ("GATEWAY_REQUESTS_PER_10_SECONDS", "20"),
    ];
    let test = "what_is_too_much_is_refused_in_the_words_of_our_own_contract";
    let Some(front) = Front::open(test, &limits) else {
        return;
    };
    let nobody = front.nobody();
    let large = nobody.call(Method::POST, "/v1/redemptions");
    let large = large.body("x".repeat(1001)).await;
    is_problem(&large, "too-large");
    assert_eq!(front.asked("invitations"), 0);
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(nobody.get("/v1").await);
    }
    let refused = answers.iter().find(|answer| answer.status != 200);
    let refused = refused.expect("forty requests are too many");
    is_problem(refused, "rate-limited");
    assert!(refused.retry_after() > 0);
}

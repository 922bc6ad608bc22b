//! People ask to come in.

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape, one_process};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, house, list, text, unique};

const REQUESTS: &str = "/v1/join-requests";

/// Opens the form; what it asks already stays.
async fn open_form(root: &Chat) {
    let form = json!({"open": true, "questions": ["Why?"]});
    let call = root.call(Method::PUT, "/v1/application-form").json(&form);
    drop(call.header("if-match", "*").await.ok(200));
}

fn application(name: &str) -> Value {
    let answers = json!([{"question": "Why?", "answer": "To sing"}]);
    json!({"target": "site", "name": name, "answers": answers})
}

async fn look_up(house: &House, sent: &Value) -> Value {
    let secret = json!({"secret": text(sent, "secret")});
    let found = house.nobody().post("/v1/join-request-lookups", &secret);
    found.await.ok(200)
}

async fn decide(who: &Chat, sent: &Value, word: &str, body: Value) -> Answer {
    let uri = format!("{REQUESTS}/{}/{word}", text(sent, "id"));
    who.post(uri, &body).await
}

/// Makes the account to which the link of a yes leads.
async fn come_by(house: &House, found: &Value, name: &str) -> Answer {
    let link = text(&found["invitation"], "link");
    let secret = link.rsplit('/').next().unwrap();
    let account = json!({"username": name, "password": PASSWORD});
    let wish = json!({"secret": secret, "account": account});
    house.nobody().post("/v1/redemptions", &wish).await
}

async fn a31_an_application_with_questions_and_a_state_without_an_account(backend: Backend) {
    let house = house(backend);
    let root = house.root();
    open_form(&root).await;
    let (ana, bia) = (unique("ana"), unique("bia"));
    let apply = async |name: &str| {
        let sent = house.nobody().post(REQUESTS, &application(name)).await;
        sent.ok(201)
    };
    let (one, other) = (apply(&ana).await, apply(&bia).await);
    assert_eq!(text(&look_up(house, &one).await, "state"), "open");
    let waiting = house
        .stack
        .admin(&["request", "list", "--target", "site"], "");
    assert!(waiting.stdout.contains(&ana), "{}", waiting.stdout);

    drop(decide(&root, &one, "approve", json!({})).await.ok(200));
    let found = look_up(house, &one).await;
    assert_eq!(text(&found, "state"), "approved");
    assert_eq!(come_by(house, &found, &ana).await.status, 201);
    assert_eq!(house.nobody().login(&ana, PASSWORD).await.status, 200);

    let no = json!({"reason": "Full"});
    drop(decide(&root, &other, "reject", no).await.ok(200));
    let found = look_up(house, &other).await;
    assert_eq!(
        (text(&found, "state"), text(&found, "reason")),
        ("rejected", "Full")
    );
}

/// The yes is there, the answer is not: whoever asked finds it, and the same call again makes no second invitation.
async fn a_yes_to_an_application_outlives_a_crash(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    open_form(&house.root()).await;
    let sent = house
        .nobody()
        .post(REQUESTS, &application("Ana"))
        .await
        .ok(201);
    let approve = || {
        let uri = format!("{REQUESTS}/{}/approve", text(&sent, "id"));
        let call = house.root().elsewhere().post(uri, &json!({}));
        call.header("Idempotency-Key", "yes-1")
    };
    house.arm("after-kept").unwrap();
    assert!(
        approve().attempt().await.is_err(),
        "the point was not reached"
    );
    house.has_died("after-kept").await;
    house.disarm();
    let told = approve().await.expect(200);
    assert_eq!(told.header("idempotent-replayed"), Some("true"), "{told}");
    let found = look_up(&house, &sent).await;
    let name = unique("ana");
    assert_eq!(come_by(&house, &found, &name).await.status, 201);
    let made = house.root().get("/v1/invitations?limit=200").await.ok(200);
    let by_this = list(&made["data"])
        .iter()
        .filter(|one| one["note"] == sent["id"]);
    assert_eq!(by_this.count(), 1);
}

every_shape!(a31_an_application_with_questions_and_a_state_without_an_account);
one_process!(a_yes_to_an_application_outlives_a_crash);

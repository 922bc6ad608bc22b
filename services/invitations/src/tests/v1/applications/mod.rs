//! People without an account ask for one.

mod decided;
mod sent;

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use latchkey_common::auth::UserId;
use latchkey_testing::Backend;
use serde_json::{Value, json};

use super::house::{House, id};
use crate::tests::site::Answer;

const FORM: &str = "/v1/application-form";
const REQUESTS: &str = "/v1/join-requests";

/// A house that asks one question, and one who decides.
async fn open_house(backend: Backend, env: &[(&str, &str)]) -> (House, UserId) {
    let house = House::with(backend, env).await;
    let chief = house.world.users.super_user("chief");
    let form = json!({"open": true, "welcome": "Hello", "questions": ["Why?"]});
    let opened = put(&house, Some(chief), form, "*").await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    (house, chief)
}

async fn put(house: &House, who: Option<UserId>, form: Value, tag: &str) -> Answer {
    let header = Some((IF_MATCH.as_str(), tag));
    house.send(Method::PUT, FORM, who, Some(form), header).await
}

async fn signed_out(house: &House, uri: &str, body: Value) -> Answer {
    house.send(Method::POST, uri, None, Some(body), None).await
}

fn wish(name: &str) -> Value {
    let answers = json!([{"question": "Why?", "answer": "To sing"}]);
    json!({"target": "site", "name": name, "email": "ana@example.org", "message": "Hi", "answers": answers})
}

async fn apply(house: &House, name: &str) -> Value {
    let sent = signed_out(house, REQUESTS, wish(name)).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    sent.json()
}

async fn look_up(house: &House, sent: &Value) -> Value {
    let asked = json!({"secret": sent["secret"]});
    let found = signed_out(house, "/v1/join-request-lookups", asked).await;
    assert_eq!(found.status, 200, "{}", found.body);
    found.json()
}

async fn decide(house: &House, sent: &Value, word: &str, who: UserId, body: Value) -> Answer {
    let uri = format!("{REQUESTS}/{}/{word}", id(sent));
    house.post(&uri, who, body).await
}

/// The secret in the link of a yes.
fn link(found: &Value) -> String {
    let link = found["invitation"]["link"].as_str().unwrap();
    let (front, secret) = link.rsplit_once('/').unwrap();
    assert_eq!(front, "https://chat.example/i");
    secret.to_owned()
}

//! Whoever sends something wrong is told which member it was, in each contract's own shape; and what belongs to no
//! contract is a problem whose type is a page of this server.

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, house, text};

#[track_caller]
fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// The sign-in of another contract, as the operator makes it.
#[track_caller]
fn token(house: &House, words: &[&str]) -> String {
    house
        .stack
        .admin(&[&["token"], words].concat(), "")
        .last_line()
}

async fn chat_names_the_member_beside_its_texts(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let members = ["username", "password", "toRemove", "limit", "after"];
    let asked = [
        house
            .nobody()
            .post("/api/user/login", &json!({"username": 5, "password": "x"})),
        house
            .nobody()
            .post("/api/user/login", &json!({"username": "x"})),
        person.post("/api/channel/invites/remove", &json!({"toRemove": [1, {}]})),
        person.call(Method::GET, "/api/user/search?username=a&limit=x"),
        person.call(Method::GET, "/api/user/channels?after=x"),
    ];
    for (name, call) in members.into_iter().zip(asked) {
        let answer = call.await;
        // Members and texts are the document's, to the letter.
        answer.refused("invalid-request-parameters");
        let said = answer.header("x-wrong-input").unwrap_or_default();
        assert!(said.contains(name), "{name}: {answer}");
    }
    // What is wrong though it can be read is said in a sentence.
    let long = json!({"toRemove": vec![1; 1_001]});
    let answer = person.post("/api/channel/invites/remove", &long).await;
    answer.refused("invalid-request-parameters");
    assert!(
        answer.header("x-wrong-input").unwrap().contains("toRemove"),
        "{answer}"
    );
    let other = house.nobody().post(
        "/api/user/login",
        &json!({"username": "no", "password": "body"}),
    );
    assert_eq!(other.await.header("x-wrong-input"), None);
}

/// Asks with a token in `Authorization`.
async fn with_token(chat: &Chat, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    let call = chat
        .call(method, path)
        .header("authorization", &format!("Bearer {token}"));
    call.json(body).await
}

async fn other_contracts_name_it_in_their_own_shapes(backend: Backend) {
    let house = house(backend);
    let (person, nobody) = (house.person().await, house.nobody());
    let bearer = token(house, &["bearer", &person.name]);
    for (body, said) in [
        (json!({"userId": 5}), "userId tem um valor inválido"),
        (json!({}), "está ausente"),
    ] {
        let answer = with_token(&nobody, Method::POST, "/invite/", &bearer, &body).await;
        assert_eq!(answer.status, 400, "{answer}");
        let told = json_of(&answer);
        assert!(text(&told, "message").contains(said), "{told}");
        assert_eq!(told["message"], told["error"]);
    }
    let api = token(
        house,
        &[
            "api",
            &person.name,
            "--scopes",
            "namespace:read,namespace:write",
        ],
    );
    let answer = with_token(
        &nobody,
        Method::GET,
        "/namespaces?limit=x",
        &api,
        &json!({}),
    )
    .await;
    assert_eq!(answer.status, 400, "{answer}");
    assert!(json_of(&answer)["limit"].is_array(), "{answer}");
    let key = house.stack.admin(&["key", "choir"], "").last_line();
    let wish = json!({"creator": "u1", "invitee": {"no": "text"}, "choirId": "c1"});
    let answer = nobody.post(format!("/create?apikey={key}"), &wish).await;
    assert_eq!(answer.status, 400, "{answer}");
    assert!(
        text(&json_of(&answer), "message").contains("invitee"),
        "{answer}"
    );
}

async fn what_is_no_contracts_is_explained_on_a_page(backend: Backend) {
    let house = house(backend);
    let nobody = house.nobody();
    for (method, path, status) in [
        (Method::GET, "/nothing", 404),
        (Method::POST, "/nothing", 404),
        (Method::GET, "/apiary", 404),
        (Method::GET, "/register/nothing", 404),
        (Method::DELETE, "/register", 405),
    ] {
        let answer = nobody.call(method.clone(), path).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer}");
        assert_eq!(
            answer.content_type(),
            Some("application/problem+json"),
            "{answer}"
        );
        let problem = json_of(&answer);
        assert_eq!(problem["status"], status);
        let page = text(&problem, "type");
        assert!(page.starts_with("/v1/problems/"), "{method} {path}: {page}");
        let page = nobody.get(page).await;
        assert_eq!(page.status, 200, "{page}");
        assert!(
            page.content_type().unwrap().starts_with("text/html"),
            "{page}"
        );
    }
    // Below /api it is the chat contract's.
    nobody.get("/api/nothing").await.refused("not-found");
}

every_shape!(
    chat_names_the_member_beside_its_texts,
    other_contracts_name_it_in_their_own_shapes,
    what_is_no_contracts_is_explained_on_a_page,
);

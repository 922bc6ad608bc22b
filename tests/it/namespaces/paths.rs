//! What is no id and no path of this contract, and the prefix under which everything lies again.

use latchkey_contracts::namespaces::DOCUMENT;
use latchkey_testing::openapi::Document;
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::json;

use super::client::{Holder, not_found};
use crate::house::house;

async fn everything_lies_under_the_prefix_again(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    for (method, template) in Document::load(DOCUMENT).unwrap().operations() {
        // Something of the right kind for each operation: what it names is there.
        let space = owner.namespace().await;
        let invite = owner.invites(&space, &guest).await;
        let path = template
            .replace("/invites/{id}", &invite)
            .replace("{user}", owner.name())
            .replace("{path}", &space)
            .replace("{username}", guest.name());
        let is_guests = template.starts_with("/invites");
        let caller = if is_guests { &guest } else { &owner };
        if template.ends_with("{username}") {
            drop(guest.patch(&invite).await.ok(200));
        }
        let body = match template {
            "/namespaces" => json!({"name": format!("{space}x")}),
            _ => json!({"handle": house.person().await.name}),
        };
        let method: Method = method.parse().unwrap();
        let call = caller.call(method.clone(), &format!("/api{path}"));
        let answer = call.json(&body).await;
        assert!((200..300).contains(&answer.status), "{answer}");
    }
}

async fn the_prefix_counts_in_every_spelling(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    let space = owner.namespace().await;
    let ask = json!({"handle": guest.name()});
    let path = owner.invites_of(&space);
    let made = owner.post(&format!("/%61pi{path}"), &ask).await.ok(201);
    let below = format!("/api/n/{}/{space}", owner.name());
    assert!(made.to_string().contains(&below), "{made}");
}

async fn what_is_no_id_is_not_there(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    let space = owner.namespace().await;
    owner.invites(&space, &guest).await;
    for id in [
        "0",
        "-1",
        "+1",
        "x",
        "1.0",
        "1e3",
        "%00",
        "%ff",
        "%20",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999",
    ] {
        for prefix in ["", "/api"] {
            let path = format!("{prefix}/invites/{id}");
            assert_eq!(guest.patch(&path).await.ok(404), not_found());
            assert_eq!(guest.delete(&path).await.ok(404), not_found());
        }
    }
    for path in ["%00", "%ff", "x//y", "-", "x/-/nothing"] {
        let answer = owner.get(&owner.at(path)).await;
        assert_eq!(answer.ok(404), not_found(), "{path}");
    }
    assert_eq!(guest.count("/invites").await, 1);
}

every_shape!(
    everything_lies_under_the_prefix_again,
    the_prefix_counts_in_every_spelling,
    what_is_no_id_is_not_there,
);

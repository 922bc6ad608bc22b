//! Requests, offers and renewals of our own contract from outside.

use latchkey_testing::chat::Answer;
use latchkey_testing::{Backend, every_shape, race};
use serde_json::{Value, json};

use crate::house::{PASSWORD, Person, house, list, text, unique};

async fn ask(guest: &Person, channel: i64) -> Answer {
    let wish = json!({"target": format!("chn_{channel}"), "message": "Let me in"});
    guest.post("/v1/join-requests", &wish).await
}

async fn offer(maker: &Person, channel: i64, guest: &Person) -> Answer {
    let grant = json!({
        "type": "channel",
        "channel": format!("chn_{channel}"),
        "permissions": ["write"],
    });
    let audience = json!({"type": "account", "account": format!("acc_{}", guest.id)});
    let wish = json!({"grants": [grant], "audience": audience});
    maker.post("/v1/invitations", &wish).await
}

/// The one thing that waits for this person.
async fn waits(person: &Person) -> Value {
    let inbox = person.get("/v1/me/inbox").await.ok(200);
    let items = list(&inbox["data"]);
    assert_eq!(items.len(), 1, "{inbox}");
    items[0].clone()
}

/// Does the first thing that may be done about it.
async fn act(person: &Person, item: &Value) -> Answer {
    let href = text(&item["actions"][0], "href");
    person.post(href, &json!({})).await
}

async fn whoever_asks_is_let_in_from_the_inbox(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    drop(ask(&guest, channel).await.ok(201));
    assert_eq!(guest.say(channel, "Here?").await.status, 403);
    let item = waits(&maker).await;
    assert_eq!(
        (text(&item, "type"), text(&item, "username")),
        ("request", guest.name.as_str())
    );
    let decided = act(&maker, &item).await.ok(200);
    assert_eq!(text(&decided, "state"), "approved");
    assert_eq!(guest.say(channel, "Here I am.").await.status, 201);
}

async fn what_both_want_happens_once(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    for _ in 0..4 {
        let channel = maker.private_channel().await;
        let (maker, guest) = (&maker, &guest);
        let answers = race(2, |n| async move {
            if n == 0 {
                offer(maker, channel, guest).await
            } else {
                ask(guest, channel).await
            }
        })
        .await;
        let mut statuses: Vec<u16> = answers.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "{} {}", answers[0], answers[1]);
        assert_eq!(guest.say(channel, "Here I am.").await.status, 201);
    }
    let inbox = guest.get("/v1/me/inbox").await.ok(200);
    assert_eq!(inbox["data"], json!([]));
}

async fn whoever_is_blocked_is_told_no_more_than_a_stranger(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let made = offer(&maker, channel, &guest).await.ok(201);
    let decline = format!("/v1/invitations/{}/decline", text(&made, "id"));
    drop(guest.post(decline, &json!({"block": true})).await.ok(200));
    let again = offer(&maker, channel, &guest).await;
    assert_eq!(again.status, 403, "{again}");
    let chat = maker.invite(channel, &guest.name, &["read"]).await;
    chat.refused("no-permission");
}

async fn an_ended_link_works_again(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let wish = json!({"grants": [{"type": "account"}]});
    let made = maker.post("/v1/invitations", &wish).await.ok(201);
    let come = async || {
        let account = json!({"username": unique("newcomer"), "password": PASSWORD});
        let secret = text(&made["secret"], "secret");
        let wish = json!({"secret": secret, "account": account});
        house
            .nobody()
            .elsewhere()
            .post("/v1/redemptions", &wish)
            .await
    };
    assert_eq!(come().await.status, 201);
    assert_eq!(come().await.status, 410);
    let renew = format!("/v1/invitations/{}/renew", text(&made, "id"));
    let newer = maker.post(renew, &json!({})).await.ok(201);
    assert_eq!(newer["replaces"], made["id"]);
    assert_eq!(come().await.status, 201);
    assert_eq!(come().await.status, 410);
}

every_shape!(
    whoever_asks_is_let_in_from_the_inbox,
    what_both_want_happens_once,
    whoever_is_blocked_is_told_no_more_than_a_stranger,
    an_ended_link_works_again,
);

//! People ask to come in, and what both sides want.

use latchkey_testing::chat::Answer;
use latchkey_testing::{Backend, every_shape, race};
use serde_json::{Value, json};

use super::{come, into, link, secret};
use crate::house::{Person, house, list, text};
use crate::v1::is_problem;

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

async fn a14_request_to_join_with_approval(backend: Backend) {
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

async fn a15_invitation_and_request_of_one_pair_settle_each_other(backend: Backend) {
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

async fn a16_decline_and_block_the_inviter_from_the_same_place(backend: Backend) {
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

async fn a17_one_inbox_for_every_kind(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let (own, other) = (maker.private_channel().await, maker.private_channel().await);
    let mine = guest.private_channel().await;
    drop(offer(&maker, own, &guest).await.ok(201));
    drop(ask(&guest, other).await.ok(201));
    drop(ask(&maker, mine).await.ok(201));
    let for_a_day = json!({
        "type": "channel", "channel": format!("chn_{}", maker.private_channel().await),
        "permissions": ["write"], "ends_after": "P1D",
    });
    let made = link(&maker, json!({"grants": [for_a_day]})).await;
    drop(come(&guest, &made).await.ok(201));
    // An invitation of another contract is there too.
    let chat = maker.public_channel().await;
    maker.invites_in(chat, &guest, &["read"]).await;
    let inbox = guest.get("/v1/me/inbox").await.ok(200);
    let mut sorts: Vec<&str> = list(&inbox["data"])
        .iter()
        .map(|one| text(one, "type"))
        .collect();
    sorts.sort_unstable();
    assert_eq!(
        sorts,
        [
            "ending",
            "ending_soon",
            "offer",
            "offer",
            "own_request",
            "request"
        ]
    );
}

async fn a30_link_that_only_asks_and_all_of_one_link_decided_at_once(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let wish = json!({"grants": [into(channel)], "admission": "request", "max_uses": 9});
    let made = link(&maker, wish).await;
    let guests = [house.person().await, house.person().await];
    for guest in &guests {
        is_problem(&come(guest, &made).await, 409, "admission-by-request");
        drop(
            guest
                .post("/v1/join-requests", &secret(&made))
                .await
                .ok(201),
        );
    }
    let all = json!({"link": made["id"], "decision": "approve"});
    let decided = maker.post("/v1/join-requests/decide", &all).await.ok(200);
    let rows = list(&decided["rows"]);
    assert!(
        rows.len() == 2 && rows.iter().all(|one| one["outcome"] == "approved"),
        "{decided}"
    );
    for guest in &guests {
        drop(guest.say(channel, "Here I am.").await.ok(201));
    }
}

every_shape!(
    a14_request_to_join_with_approval,
    a15_invitation_and_request_of_one_pair_settle_each_other,
    a16_decline_and_block_the_inviter_from_the_same_place,
    a17_one_inbox_for_every_kind,
    a30_link_that_only_asks_and_all_of_one_link_decided_at_once,
);

//! Links and offers: what may be said when one is made, and what holds then.

use std::time::Duration;

use latchkey_testing::chat::Answer;
use latchkey_testing::{Backend, eventually, every_shape, race};
use reqwest::Method;
use serde_json::{Value, json};

use super::{come, into, link, new_account, secret, shown};
use crate::house::{PASSWORD, house, int, list, text, unique};
use crate::v1::is_problem;

async fn a01_single_use_registration_invitation(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let made = link(&maker, json!({"grants": [{"type": "account"}]})).await;
    let (first, second) = (unique("newcomer"), unique("newcomer"));
    drop(new_account(house, &made, &first).await.ok(201));
    is_problem(
        &new_account(house, &made, &second).await,
        410,
        "invitation-used-up",
    );
    assert_eq!(house.nobody().login(&first, PASSWORD).await.status, 200);
    assert_eq!(house.nobody().login(&second, PASSWORD).await.status, 401);
}

async fn a02_link_with_a_chosen_maximum_of_uses(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let made = link(&maker, json!({"grants": [into(channel)], "max_uses": 2})).await;
    for status in [201, 201, 410] {
        let guest = house.person().await;
        assert_eq!(come(&guest, &made).await.status, status);
    }
    assert_eq!(maker.sees_in(channel).await.len(), 3);
}

async fn a03_expiry_chosen_when_made(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let wish = json!({"grants": [into(channel)], "expires_in": "PT1S", "max_uses": 9});
    let made = link(&maker, wish).await;
    let expired = eventually(Duration::from_secs(10), "the end", async || {
        let preview = house
            .nobody()
            .post("/v1/invitation-previews", &secret(&made))
            .await;
        (preview.status == 410).then_some(preview)
    });
    is_problem(&expired.await, 410, "invitation-expired");
    is_problem(&come(&guest, &made).await, 410, "invitation-expired");
    assert_eq!(text(&shown(&maker, &made).await, "state"), "expired");
}

async fn a04_revocation_by_maker_and_by_those_who_manage(backend: Backend) {
    let house = house(backend);
    let (maker, other) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    for (who, status) in [
        (maker.chat.clone(), 200),
        (house.root(), 200),
        (other.chat.clone(), 404),
    ] {
        let made = link(&maker, json!({"grants": [into(channel)]})).await;
        let revoke = format!("/v1/invitations/{}/revoke", text(&made, "id"));
        let revoked = who.post(revoke, &json!({"reason": "Wrong place"})).await;
        assert_eq!(revoked.status, status, "{revoked}");
        if status == 200 {
            is_problem(&come(&other, &made).await, 410, "invitation-revoked");
        }
    }
}

async fn a05_edited_or_reopened_afterwards(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let made = link(&maker, json!({"grants": [{"type": "account"}]})).await;
    let enter = async || new_account(house, &made, &unique("newcomer")).await.status;
    assert_eq!((enter().await, enter().await), (201, 410));
    let renew = format!("/v1/invitations/{}/renew", text(&made, "id"));
    let newer = maker.post(renew, &json!({})).await.ok(201);
    assert_eq!(newer["replaces"], made["id"]);
    let at = format!("/v1/invitations/{}", text(&newer, "id"));
    let edit = maker.call(Method::PATCH, at).json(&json!({"max_uses": 2}));
    drop(edit.header("if-match", "*").await.ok(200));
    assert_eq!(
        (enter().await, enter().await, enter().await),
        (201, 201, 410)
    );
}

async fn a06_preview_before_joining_signed_out(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let made = link(
        &maker,
        json!({"grants": [into(channel)], "message": "Come in"}),
    )
    .await;
    for _ in 0..2 {
        let preview = house
            .nobody()
            .post("/v1/invitation-previews", &secret(&made));
        let preview = preview.await.ok(200);
        assert_eq!(text(&preview, "inviter"), maker.name);
        assert_eq!(text(&preview, "message"), "Come in");
    }
    assert_eq!(int(&shown(&maker, &made).await["uses"], "taken"), 0);
}

async fn a07_permissions_carried(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let grant =
        json!({"type": "channel", "channel": format!("chn_{channel}"), "permissions": ["read"]});
    let made = link(&maker, json!({"grants": [grant]})).await;
    drop(come(&guest, &made).await.ok(201));
    assert_eq!(guest.may(channel).await, ["read"]);
    guest.say(channel, "Here?").await.refused("no-permission");
}

async fn a08_several_targets_carried(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channels = [maker.private_channel().await, maker.private_channel().await];
    let grants = json!([{"type": "account"}, into(channels[0]), into(channels[1])]);
    let made = link(&maker, json!({"grants": grants})).await;
    let name = unique("newcomer");
    let came = new_account(house, &made, &name).await.ok(201);
    let outcomes = list(&came["grants"]).iter();
    assert!(
        outcomes.clone().all(|one| one["outcome"] == "given"),
        "{came}"
    );
    let guest = house.nobody().signed_in(&name, PASSWORD).await;
    for channel in channels {
        drop(guest.say(channel, "Here I am.").await.ok(201));
    }
}

async fn a09_direct_invitation_of_a_known_person(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let audience = json!({"type": "account", "account": format!("acc_{}", guest.id)});
    let made = link(
        &maker,
        json!({"grants": [into(channel)], "audience": audience}),
    )
    .await;
    let accept = format!("/v1/invitations/{}/accept", text(&made, "id"));
    let stranger = house.person().await;
    assert_eq!(stranger.post(&accept, &json!({})).await.status, 404);
    drop(guest.post(&accept, &json!({})).await.ok(201));
    drop(guest.say(channel, "Here I am.").await.ok(201));
}

async fn a22_uses_of_each_link(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let made = link(&maker, json!({"grants": [into(channel)], "max_uses": 3})).await;
    let guest = house.person().await;
    drop(come(&guest, &made).await.ok(201));
    let uses = shown(&maker, &made).await["uses"].clone();
    assert_eq!(
        uses,
        json!({"most": 3, "taken": 1, "settled": 1, "left": 2})
    );
}

async fn a24_single_use_proved_under_races(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let made = link(&maker, json!({"grants": [{"type": "account"}]})).await;
    let names: Vec<String> = (0..16).map(|_| unique("racer")).collect();
    let answers = race(16, |n| new_account(house, &made, &names[n])).await;
    let mut inside = 0;
    for (name, answer) in names.iter().zip(&answers) {
        let login = house.nobody().login(name, PASSWORD).await.status;
        assert_eq!(login == 200, answer.status == 201, "{name}: {answer}");
        inside += usize::from(login == 200);
    }
    assert_eq!(inside, 1);
}

async fn a26_bound_to_one_person_and_enforced(backend: Backend) {
    let house = house(backend);
    let (maker, guest, thief) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let channel = maker.private_channel().await;
    let audience = json!({"type": "account", "account": format!("acc_{}", guest.id)});
    let made = link(
        &maker,
        json!({"grants": [into(channel)], "audience": audience}),
    )
    .await;
    is_problem(&come(&thief, &made).await, 409, "other-recipient");
    thief.say(channel, "Here?").await.refused("no-permission");
    drop(come(&guest, &made).await.ok(201));
}

async fn a27_survives_sign_up_without_a_second_click(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let grants = json!([{"type": "account"}, into(channel)]);
    let made = link(&maker, json!({"grants": grants})).await;
    let name = unique("newcomer");
    drop(new_account(house, &made, &name).await.ok(201));
    let guest = house.nobody().signed_in(&name, PASSWORD).await;
    drop(guest.say(channel, "Here I am.").await.ok(201));
}

async fn a29_roster_of_each_link(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let made = link(&maker, json!({"grants": [into(channel)], "max_uses": 2})).await;
    let secrets = format!("/v1/invitations/{}/secrets", text(&made, "id"));
    let poster = maker
        .post(secrets, &json!({"label": "poster"}))
        .await
        .ok(201);
    let by_poster = json!({"secret": text(&poster, "secret")});
    drop(guest.post("/v1/redemptions", &by_poster).await.ok(201));
    let roster = format!("/v1/invitations/{}/redemptions", text(&made, "id"));
    let roster = maker.get(&roster).await.ok(200);
    let came: Vec<(&str, &Value)> = list(&roster["data"])
        .iter()
        .map(|one| (text(one, "username"), &one["secret"]))
        .collect();
    assert_eq!(came, [(guest.name.as_str(), &poster["id"])]);
    let other = house.person().await;
    let roster = format!("/v1/invitations/{}/redemptions", text(&made, "id"));
    assert_eq!(other.get(roster).await.status, 404);
}

async fn a33_message_label_and_note(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let wish = json!({
        "grants": [into(channel)], "message": "Come in", "label": "poster", "note": "by the door",
    });
    let made = link(&maker, wish).await;
    let mine = maker.get("/v1/invitations?label=poster").await.ok(200);
    let found = &list(&mine["data"])[0];
    assert_eq!(
        (text(found, "note"), &found["id"]),
        ("by the door", &made["id"])
    );
    let preview = house
        .nobody()
        .post("/v1/invitation-previews", &secret(&made))
        .await;
    assert_eq!(text(&preview.ok(200), "message"), "Come in");
    let told: Answer = house
        .nobody()
        .post("/v1/invitation-previews", &secret(&made))
        .await;
    let told = String::from_utf8_lossy(&told.body).into_owned();
    assert!(
        !told.contains("by the door") && !told.contains("poster"),
        "{told}"
    );
}

every_shape!(
    a01_single_use_registration_invitation,
    a02_link_with_a_chosen_maximum_of_uses,
    a03_expiry_chosen_when_made,
    a04_revocation_by_maker_and_by_those_who_manage,
    a05_edited_or_reopened_afterwards,
    a06_preview_before_joining_signed_out,
    a07_permissions_carried,
    a08_several_targets_carried,
    a09_direct_invitation_of_a_known_person,
    a22_uses_of_each_link,
    a24_single_use_proved_under_races,
    a26_bound_to_one_person_and_enforced,
    a27_survives_sign_up_without_a_second_click,
    a29_roster_of_each_link,
    a33_message_label_and_note,
);

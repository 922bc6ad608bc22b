//! Guests: members for a time that was set when they were invited.

use std::time::{Duration, Instant};

use latchkey_testing::chat::Chat;
use latchkey_testing::{Backend, Service, every_shape};
use reqwest::Method;
use serde_json::json;

use super::{come, into, link};
use crate::house::{House, Person, house, list, text};

/// Long enough for a slow machine to let somebody in and have them say something.
const STAY: Duration = Duration::from_secs(6);

/// Whoever answers for this person: each replica of channels by itself, where there are several.
fn everywhere(house: &House, backend: Backend, guest: &Person) -> Vec<Chat> {
    if backend == Backend::Split {
        let replicas = [0, 1];
        return replicas
            .map(|nth| guest.replica(house, Service::Channels, nth))
            .into();
    }
    vec![guest.chat.clone()]
}

/// Reading, writing and listening stop at the moment, whoever answers.
async fn a18_guests_that_end_by_themselves(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let channel = owner.private_channel().await;
    let wish = json!({"grants": [{
        "type": "channel", "channel": format!("chn_{channel}"),
        "permissions": ["write", "invite"], "ends_after": format!("PT{}S", STAY.as_secs()),
    }]});
    let link = owner.post("/v1/invitations", &wish).await.ok(201);
    let secret = text(&link["secret"], "secret");
    let begun = Instant::now();
    let came = guest.post("/v1/redemptions", &json!({"secret": secret}));
    drop(came.await.ok(201));
    let doors = everywhere(house, backend, &guest);
    let mut streams = Vec::new();
    for door in &doors {
        streams.push(door.listen().await);
        drop(door.say(channel, "here").await.ok(201));
    }
    let load = json!([{"channelId": channel}]);
    for door in &doors {
        drop(door.load(&load).await.ok(200));
    }
    let stayed = loop {
        let said = doors[0].say(channel, "still here").await;
        if said.status != 201 {
            said.refused("no-permission");
            break begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(stayed >= STAY, "{stayed:?}");
    for door in &doors {
        door.say(channel, "and still")
            .await
            .refused("no-permission");
        door.load(&load).await.refused("no-permission");
        door.channel_info(channel).await.refused("no-permission");
        door.members(channel).await.refused("no-permission");
    }
    drop(owner.say(channel, "now that they are gone").await.ok(201));
    let further = guest.create_channel(&crate::house::unique("own"), "public");
    drop(further.await.ok(201));
    for stream in &mut streams {
        let gone = loop {
            let event = stream.next().await;
            if event.name != "channel-message" {
                break event;
            }
            assert!(
                !event.data.contains("now that they are gone"),
                "{}",
                event.data
            );
        };
        assert_eq!(gone.name, "channel-remove");
        stream.expect("channel-join").await;
    }
    assert_eq!(owner.sees_in(channel).await, [owner.id]);
    // Whoever is out invites nobody.
    let invited = guest.invite(channel, &owner.name, &["read"]).await;
    invited.refused("no-permission");
}

async fn a32_membership_with_an_end_warned_and_prolonged(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let channel = owner.private_channel().await;
    let mut grant = into(channel);
    grant["ends_after"] = json!("PT12H");
    let made = link(&owner, json!({"grants": [grant]})).await;
    drop(come(&guest, &made).await.ok(201));
    let warned = async || {
        let inbox = guest.get("/v1/me/inbox").await.ok(200);
        list(&inbox["data"]).to_vec()
    };
    let items = warned().await;
    let sorts: Vec<&str> = items.iter().map(|one| text(one, "type")).collect();
    assert_eq!(sorts, ["ending_soon", "ending"]);
    let at = format!("/v1/memberships/{}", text(&items[0], "id"));
    let longer = json!({"ends_at": null});
    let own = guest.call(Method::PATCH, &at).json(&longer);
    assert_eq!(own.header("if-match", "*").await.status, 403);
    let given = owner.call(Method::PATCH, &at).json(&longer);
    drop(given.header("if-match", "*").await.ok(200));
    assert!(warned().await.is_empty());
}

every_shape!(
    a18_guests_that_end_by_themselves,
    a32_membership_with_an_end_warned_and_prolonged,
);

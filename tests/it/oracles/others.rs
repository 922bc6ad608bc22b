//! Requests to come into groups, namespaces and invites into them, keys of choirs, Discord's links.

use latchkey_contracts::discord::DOCUMENT;
use latchkey_testing::chat::{Call, Chat};
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::{Value, json};

use super::{NO_UUID, NOTHING, compare};
use crate::house::{Person, house, int, list, text, unique};

every_shape!(
    groups_tell_nothing_more_than_they_must,
    namespaces_tell_nothing,
    choirs_and_discord_tell_nothing,
);

async fn groups_tell_nothing_more_than_they_must(backend: Backend) {
    let house = house(backend);
    let (owner, guest, eve) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let admin = |args: &[&str]| house.stack.admin(args, "").last_line();
    let name = unique("group");
    let group = admin(&["group", "create", "--owner", &owner.name, "--name", &name]);
    let bearer = |of: &Person| format!("Bearer {}", admin(&["token", "bearer", &of.name]));
    let (owners, eves) = (bearer(&owner), bearer(&eve));
    let guest_id = admin(&["user", "uuid", &guest.name]);
    let nobody = house.nobody();
    let ask = json!({"userId": guest_id, "groupId": group, "madeBy": "GROUP"});
    let call = nobody.post("/invite/", &ask);
    let made = call.header("authorization", &owners).await.ok(201);
    let invite = text(&made, "id").to_owned();
    let pair = (invite, NO_UUID.to_owned());
    for (method, demanded) in [
        ("GET", None),
        // 403 and 404 stand in the document of this call alone.
        ("PATCH", Some((403, 404))),
        ("DELETE", None),
    ] {
        compare(method, pair.clone(), demanded, |id| {
            let call = nobody.call(method.parse().unwrap(), format!("/invite/{id}"));
            let call = call.header("authorization", &eves);
            if method == "PATCH" {
                call.json(&json!({"status": "REJECTED"}))
            } else {
                call
            }
        })
        .await;
    }
    // Groups, and who is in them, are open to everybody who is signed in.
}

/// A token for the namespace contract.
async fn token(person: &Person) -> String {
    let scopes = [
        "invite:read",
        "invite:write",
        "invite:delete",
        "namespace:read",
        "namespace:write",
        "namespace:delete",
    ];
    let wish = json!({"name": "of a test", "scopes": scopes});
    let made = person.post("/api/user/tokens", &wish).await.ok(201);
    format!("Bearer {}", text(&made, "token"))
}

async fn namespaces_tell_nothing(backend: Backend) {
    let house = house(backend);
    let (owner, guest, eve) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let (owners, eves) = (token(&owner).await, token(&eve).await);
    let space = unique("space").replace('-', "");
    let nobody = house.nobody();
    let as_owner =
        |path: &str, body: Value| nobody.post(path, &body).header("authorization", &owners);
    drop(
        as_owner("/namespaces", json!({"name": space}))
            .await
            .ok(201),
    );
    let root = format!("/n/{}", owner.name);
    let ask = json!({"handle": guest.name});
    let made = as_owner(&format!("{root}/{space}/-/invites"), ask).await;
    let invite = int(&made.ok(200), "id");
    let by_eve = |method: &Method, path: String| {
        let call = nobody.call(method.clone(), path);
        let call = call.header("authorization", &eves);
        match *method {
            Method::POST => call.json(&json!({"handle": guest.name})),
            Method::PATCH => call.json(&json!({"name": "other"})),
            _ => call,
        }
    };
    let (get, post) = (Method::GET, Method::POST);
    let (patch, delete) = (Method::PATCH, Method::DELETE);
    let pair = (space, unique("none").replace('-', ""));
    for (method, rest) in [
        (&get, ""),
        (&patch, ""),
        (&delete, ""),
        (&get, "/-/invites"),
        (&post, "/-/invites"),
        (&get, "/-/collaborators"),
        (&get, "/-/namespaces"),
    ] {
        compare(rest, pair.clone(), None, |space| {
            by_eve(method, format!("{root}/{space}{rest}"))
        })
        .await;
    }
    let guests = format!("/-/collaborators/{}", guest.name);
    compare("a collaborator", pair, None, |space| {
        by_eve(&delete, format!("{root}/{space}{guests}"))
    })
    .await;
    for method in [&patch, &delete] {
        compare("an invite", (invite, NOTHING), None, |id| {
            by_eve(method, format!("/invites/{id}"))
        })
        .await;
    }
}

async fn choirs_and_discord_tell_nothing(backend: Backend) {
    let house = house(backend);
    let (owner, eve) = (house.person().await, house.person().await);
    for person in [&owner, &eve] {
        let listed = house.stack.admin(&["choir", "whitelist", &person.name], "");
        assert!(listed.status.success(), "{listed:?}");
    }
    let ask = json!({"keyname": unique("key")});
    drop(owner.post("/keys/create", &ask).await.ok(200));
    let keys = owner.get("/keys/list").await.ok(200);
    let key = text(&list(&keys["data"])[0], "_id").to_owned();
    let pair = (key.clone(), format!("{key}0000"));
    compare("a key", pair, None, |id| {
        eve.post("/keys/delete", &json!({"key": id}))
    })
    .await;

    assert!(DOCUMENT.contains("Somebody else's link"));
    let session = eve.post("/api/user/token", &json!({"kind": "rds-session"}));
    let session = text(&session.await.ok(200), "token").to_owned();
    let by_eve = |method: Method, path: String| -> Call {
        let chat: Chat = eve.anonymous();
        let cookie = format!("rds-session={session}");
        chat.call(method, path).header("cookie", &cookie)
    };
    let pair = (owner.id, NOTHING);
    for path in ["/discord/invites", "/discord-actions/invite"] {
        for method in [Method::GET, Method::POST] {
            compare(path, pair, None, |id| {
                by_eve(method.clone(), format!("{path}?userId={id}"))
            })
            .await;
        }
    }
    compare("a link", pair, None, |id| {
        by_eve(Method::DELETE, format!("/discord/links/{id}"))
    })
    .await;
}

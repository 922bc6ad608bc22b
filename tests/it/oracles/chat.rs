//! Sessions, tokens, channels, messages and invites of the chat contract.

use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::json;

use super::{NOTHING, compare};
use crate::house::{house, int, list, text};

every_shape!(nothing_more_is_told_than_must_be);

async fn nothing_more_is_told_than_must_be(backend: Backend) {
    let house = house(backend);
    let (owner, guest, eve) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let sessions = owner.sessions().await.ok(200);
    let session = int(&list(&sessions["sessions"])[0], "sessionId");
    let wish = json!({"name": "mine", "scopes": ["invite:read"]});
    let made = owner.post("/api/user/tokens", &wish).await.ok(201);
    let token = int(&made, "tokenId");
    for (path, id) in [("sessions", session), ("tokens", token)] {
        compare(path, (id, NOTHING), None, |id| {
            eve.call(Method::DELETE, format!("/api/user/{path}/{id}"))
        })
        .await;
    }

    // 403 for a private channel and 404 for none: both stand in the document of each of these calls.
    let (open, closed) = (owner.public_channel().await, owner.private_channel().await);
    let message = owner.says(closed, "psst").await;
    let pair = (closed, NOTHING);
    let demanded = Some((403, 404));
    compare("info", pair, demanded, |id| {
        eve.get(format!("/api/channel/info?channelId={id}"))
    })
    .await;
    compare("rename", pair, demanded, |id| eve.rename(*id, "Other")).await;
    compare("join", pair, demanded, |id| eve.join(*id)).await;
    compare("invite", pair, demanded, |id| {
        eve.invite(*id, &guest.name, &["read"])
    })
    .await;
    compare("invites", pair, demanded, |id| eve.channel_invites(*id)).await;
    compare("users", pair, demanded, |id| {
        eve.get(format!("/api/channel/users?channelId={id}"))
    })
    .await;
    compare("remove", pair, demanded, |id| {
        eve.remove_members(*id, &[owner.id])
    })
    .await;
    compare("say", pair, demanded, |id| eve.say(*id, "Hello?")).await;
    compare("load", pair, demanded, |id| {
        eve.load(&json!([{"channelId": id}]))
    })
    .await;
    // 409 `user-not-in-channel`, and 404.
    compare("leave", pair, Some((409, 404)), |id| {
        eve.post("/api/channel/leave", &json!({"channelId": id}))
    })
    .await;
    compare("read", pair, Some((409, 404)), |id| {
        eve.mark_read(*id, message)
    })
    .await;

    // A message of another channel is none of this one.
    drop(eve.join(open).await.ok(200));
    compare("message", (message + 1_000, NOTHING), None, |id| {
        eve.mark_read(open, *id)
    })
    .await;
    let elsewhere = owner.private_channel().await;
    for _ in 0..8 {
        owner.says(elsewhere, "more").await;
    }
    let theirs = owner.says(elsewhere, "theirs").await;
    compare("message", (theirs, NOTHING), None, |id| {
        eve.mark_read(open, *id)
    })
    .await;

    // Invites: 403 for one that is somebody else's and 404 for none.
    let invite = owner.invites_in(closed, &guest, &["read"]).await;
    let pair = (invite, NOTHING);
    for path in [
        "/api/channel/invites/remove",
        "/api/user/channel/invites/remove",
        "/api/user/channel/invites/clear",
    ] {
        compare(path, pair, demanded, |id| {
            eve.post(path, &json!({"toRemove": [id]}))
        })
        .await;
    }
    compare("join with", pair, demanded, |id| eve.join_with(closed, *id)).await;
    // A token is no number that could be tried: whoever shows one was given it.
    let link = owner.create_invite().await.ok(201);
    let pair = (text(&link, "token").to_owned(), "x".repeat(44));
    compare("link", pair, demanded, |token| {
        eve.post("/api/user/invites/remove", &json!({"toRemove": [token]}))
    })
    .await;
}

//! `POST /api/channel/invite`, `GET /api/channel/invites`, `GET /api/user/channel/invites`,
//! `POST /api/channel/join` with an invite

use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{ALL, has_members, house, int, is_recent, list, shape, text, unique, words};

async fn an_invite_is_made_and_listed(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    assert_eq!(
        owner.channel_invites(id).await.ok(200),
        json!({"invites": []})
    );
    assert_eq!(guest.my_invites().await.ok(200), json!({"invites": []}));
    let asked = ["invite", "write", "invite"];
    let made = owner.invite(id, &guest.name, &asked).await.ok(201);
    has_members(&made, shape::CREATED_INVITE);
    assert_eq!(int(&made, "senderId"), owner.id);
    assert_eq!(int(&made, "recipientId"), guest.id);
    assert_eq!(int(&made, "channelId"), id);
    assert_eq!(words(&made["invitePerms"]), ["read", "write", "invite"]);
    is_recent(&made["timestamp"]);
    let info = owner.channel_info(id).await.ok(200);
    let of_channel = owner.channel_invites(id).await.ok(200);
    assert_eq!(of_channel, guest.my_invites().await.ok(200));
    let shown = &list(&of_channel["invites"])[0];
    has_members(shown, shape::CHANNEL_INVITE);
    for member in shape::CREATED_INVITE {
        assert_eq!(shown[member], made[member], "{member}");
    }
    assert_eq!(text(shown, "senderName"), owner.name);
    assert_eq!(text(shown, "recipientName"), guest.name);
    assert_eq!(shown["channelName"], info["channelName"]);
    assert_eq!(text(shown, "channelType"), "private");
    // Names in lists are the present ones.
    let name = unique("present");
    owner.rename(id, &name).await.done();
    let mine = guest.my_invites().await.ok(200);
    assert_eq!(text(&mine["invites"][0], "channelName"), name);
}

async fn inviting_checks_in_order(backend: Backend) {
    let house = house(backend);
    let (owner, guest, plain, writer) = (
        house.person().await,
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.private_channel().await;
    let unknown = unique("unknown");
    guest
        .invite(i64::MAX, &unknown, &["read"])
        .await
        .refused("channel-not-found");
    guest
        .invite(id, &unknown, &["read"])
        .await
        .refused("no-permission");
    owner.lets_in(id, &plain, &["write", "rename"]).await;
    plain
        .invite(id, &unknown, &["read"])
        .await
        .refused("no-permission");
    owner.lets_in(id, &writer, &["write", "invite"]).await;
    // One may grant only what one holds, and that comes before the name.
    writer
        .invite(id, &unknown, &["rename"])
        .await
        .refused("no-permission");
    writer
        .invite(id, &guest.name, &ALL)
        .await
        .refused("no-permission");
    writer
        .invite(id, &unknown, &["read"])
        .await
        .refused("user-not-found");
    writer
        .invite(id, "", &["read"])
        .await
        .refused("user-not-found");
    for member in [&owner, &plain, &writer] {
        let answer = writer.invite(id, &member.name, &["read"]).await;
        answer.refused("user-aleady-in-channel");
    }
    drop(
        writer
            .invite(id, &guest.name, &["write", "invite"])
            .await
            .ok(201),
    );
    for sender in [&writer, &owner] {
        let answer = sender.invite(id, &guest.name, &["read"]).await;
        answer.refused("user-already-invited");
    }
    assert_eq!(guest.waiting().await.len(), 1);
}

async fn unknown_permissions_are_refused(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    for perms in [
        json!(["fly"]),
        json!(["READ"]),
        json!(["read", ""]),
        json!([1]),
        json!("read"),
    ] {
        let body = json!({"channelId": id, "username": guest.name, "invitePerms": perms});
        let answer = owner.post("/api/channel/invite", &body).await;
        answer.refused("invalid-request-parameters");
    }
    assert!(guest.waiting().await.is_empty());
    let made = owner.invite(id, &guest.name, &[]).await.ok(201);
    assert_eq!(words(&made["invitePerms"]), ["read"]);
}

async fn an_invite_gives_exactly_what_it_says(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    for kind in ["public", "private"] {
        let made = owner.create_channel(&unique("exact"), kind).await.ok(201);
        let id = int(&made, "channelId");
        let (reader, deputy) = (house.person().await, house.person().await);
        let invite = owner.invites_in(id, &reader, &[]).await;
        let joined = reader.join_with(id, invite).await.ok(200);
        has_members(&joined, shape::USER_CHANNEL);
        assert_eq!(words(&joined["channelPerms"]), ["read"]);
        assert_eq!(int(&joined, "lastRead"), 0);
        assert_eq!(reader.channel_info(id).await.ok(200), joined);
        reader.say(id, "may I?").await.refused("no-permission");
        owner.lets_in(id, &deputy, &ALL).await;
        assert_eq!(deputy.may(id).await, ALL);
        assert_eq!(
            owner.channel_invites(id).await.ok(200),
            json!({"invites": []})
        );
        assert_eq!(reader.my_invites().await.ok(200), json!({"invites": []}));
    }
}

async fn joining_checks_in_order(backend: Backend) {
    let house = house(backend);
    let (owner, guest, other) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let (id, second) = (owner.private_channel().await, owner.private_channel().await);
    let invite = owner.invites_in(id, &guest, &["read"]).await;
    guest
        .join_with(i64::MAX, invite)
        .await
        .refused("channel-not-found");
    owner
        .join_with(id, i64::MAX)
        .await
        .refused("user-aleady-in-channel");
    for unknown in [0, -1, i64::MAX] {
        let answer = guest.join_with(id, unknown).await;
        answer.refused("channel-invite-not-found");
    }
    guest
        .join_with(second, invite)
        .await
        .refused("invalid-channel-invite");
    other
        .join_with(id, invite)
        .await
        .refused("invalid-channel-invite");
    // Nothing of that used it up.
    drop(guest.join_with(id, invite).await.ok(200));
    guest
        .join_with(id, invite)
        .await
        .refused("user-aleady-in-channel");
    guest.leave(id).await.done();
    guest
        .join_with(id, invite)
        .await
        .refused("invalid-channel-invite");
    // After leaving, a new one may be made, with a new id.
    let again = owner.invites_in(id, &guest, &["read"]).await;
    assert_ne!(again, invite);
    let digits = json!({"channelId": id.to_string(), "inviteId": again.to_string()});
    drop(guest.post("/api/channel/join", &digits).await.ok(200));
}

async fn lists_are_for_members(backend: Backend) {
    let house = house(backend);
    let (owner, member, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.public_channel().await;
    stranger.channel_invites(id).await.refused("no-permission");
    stranger
        .channel_invites(i64::MAX)
        .await
        .refused("channel-not-found");
    let mut expected = Vec::new();
    for _ in 0..3 {
        let guest = house.person().await;
        expected.push(owner.invites_in(id, &guest, &["read"]).await);
    }
    owner.lets_in(id, &member, &[]).await;
    let whole = member.channel_invites(id).await;
    assert_eq!(whole.next_page(), None);
    assert_eq!(
        crate::house::numbers(&whole.ok(200)["invites"], "inviteId"),
        expected
    );
    let mut path = Some(format!("/api/channel/invites?channelId={id}&limit=2"));
    let mut seen = Vec::new();
    while let Some(at) = path {
        let answer = member.get(at).await;
        path = answer.next_page();
        seen.extend(crate::house::numbers(
            &answer.ok(200)["invites"],
            "inviteId",
        ));
    }
    assert_eq!(seen, expected);
}

every_shape!(
    an_invite_is_made_and_listed,
    inviting_checks_in_order,
    unknown_permissions_are_refused,
    an_invite_gives_exactly_what_it_says,
    joining_checks_in_order,
    lists_are_for_members,
);

//! `POST /api/channel/join` without an invite, `/leave`, `/users/remove`, `GET /api/channel/users`

use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{ALL, has_members, house, int, is_recent, list, shape, text, unique, words};

async fn a_public_channel_is_open(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    let message = owner.says(id, "before").await;
    let joined = guest.join(id).await.ok(200);
    has_members(&joined, shape::USER_CHANNEL);
    assert_eq!(words(&joined["channelPerms"]), ["read", "write", "invite"]);
    assert_eq!(int(&joined, "channelOwner"), owner.id);
    assert_eq!(int(&joined, "lastMessage"), message);
    assert_eq!(int(&joined, "lastRead"), 0);
    is_recent(&joined["joinedAt"]);
    assert_eq!(guest.channel_info(id).await.ok(200), joined);
    guest.join(id).await.refused("user-aleady-in-channel");
    owner.join(id).await.refused("user-aleady-in-channel");
    let null = guest
        .join(id)
        .json(&json!({"channelId": id, "inviteId": null}));
    null.await.refused("user-aleady-in-channel");
}

async fn a_private_channel_is_not(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    guest.join(id).await.refused("no-permission");
    // A pending invite is never applied by itself.
    owner.invites_in(id, &guest, &["read"]).await;
    guest.join(id).await.refused("no-permission");
    owner.join(id).await.refused("user-aleady-in-channel");
    for unknown in [0, -1, i64::MAX] {
        guest.join(unknown).await.refused("channel-not-found");
    }
    assert_eq!(owner.sees_in(id).await, [owner.id]);
}

async fn members_are_listed(backend: Backend) {
    let house = house(backend);
    let (owner, guest, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.private_channel().await;
    owner.lets_in(id, &guest, &["write"]).await;
    let seen = guest.members(id).await.ok(200);
    has_members(&seen, &["users"]);
    let users = list(&seen["users"]);
    assert_eq!(users.len(), 2);
    for (user, person, perms) in [
        (&users[0], &owner, &ALL[..]),
        (&users[1], &guest, &ALL[..2]),
    ] {
        has_members(user, shape::MEMBER);
        assert_eq!(int(user, "userId"), person.id);
        assert_eq!(text(user, "username"), person.name);
        assert_eq!(words(&user["userPerms"]), perms);
        is_recent(&user["joinedAt"]);
    }
    stranger.members(id).await.refused("no-permission");
    stranger
        .members(i64::MAX)
        .await
        .refused("channel-not-found");
    let first = owner
        .get(format!("/api/channel/users?channelId={id}&limit=1"))
        .await;
    let next = first.next_page().expect("a second page");
    assert_eq!(first.ok(200)["users"], json!([users[0]]));
    let second = owner.get(next).await;
    assert_eq!(second.next_page(), None);
    assert_eq!(second.ok(200)["users"], json!([users[1]]));
}

async fn members_leave(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    guest.leave(i64::MAX).await.refused("channel-not-found");
    guest.leave(id).await.refused("user-not-in-channel");
    drop(guest.join(id).await.ok(200));
    let words = guest.says(id, "was here").await;
    // A plain member's heir is ignored.
    guest.leave_to(id, guest.id).await.done();
    guest.leave(id).await.refused("user-not-in-channel");
    assert_eq!(guest.channels().await.ok(200), json!({"channels": []}));
    guest.channel_info(id).await.refused("no-permission");
    let info = owner.channel_info(id).await.ok(200);
    assert_eq!(
        (int(&info, "channelOwner"), int(&info, "lastMessage")),
        (owner.id, words)
    );
    assert_eq!(owner.sees_in(id).await, [owner.id]);
    drop(guest.join(id).await.ok(200));
}

async fn an_owner_names_an_heir(backend: Backend) {
    let house = house(backend);
    let (owner, heir, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.private_channel().await;
    owner.lets_in(id, &heir, &["read"]).await;
    owner.leave(id).await.refused("select-owner");
    let null = json!({"channelId": id, "newOwner": null});
    owner.leave(id).json(&null).await.refused("select-owner");
    for nobody in [stranger.id, 0, i64::MAX] {
        owner
            .leave_to(id, nobody)
            .await
            .refused("user-not-in-channel");
    }
    let himself = owner.leave_to(id, owner.id).await;
    assert!([400, 409].contains(&himself.status), "{himself}");
    assert!(himself.problem_suffix().is_some(), "{himself}");
    assert_eq!(owner.may(id).await, ALL);
    assert_eq!(heir.may(id).await, ["read"]);
    owner.leave_to(id, heir.id).await.done();
    assert_eq!(heir.may(id).await, ALL);
    let info = heir.channel_info(id).await.ok(200);
    assert_eq!(int(&info, "channelOwner"), heir.id);
    owner.channel_info(id).await.refused("no-permission");
}

async fn the_last_member_closes_the_channel(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let name = unique("closing");
    let id = int(
        &owner.create_channel(&name, "public").await.ok(201),
        "channelId",
    );
    // An owner who is alone needs no heir.
    owner.leave(id).await.done();
    for person in [&owner, &guest] {
        person.join(id).await.refused("channel-not-found");
        person.channel_info(id).await.refused("channel-not-found");
        person.members(id).await.refused("channel-not-found");
        person.leave(id).await.refused("channel-not-found");
        person
            .say(id, "anybody?")
            .await
            .refused("channel-not-found");
        person
            .rename(id, &unique("risen"))
            .await
            .refused("channel-not-found");
        person.mark_read(id, 1).await.refused("channel-not-found");
        person
            .channel_invites(id)
            .await
            .refused("channel-not-found");
        person
            .invite(id, &guest.name, &["read"])
            .await
            .refused("channel-not-found");
        person
            .remove_members(id, &[guest.id])
            .await
            .refused("channel-not-found");
        person
            .load(&json!([{"channelId": id}]))
            .await
            .refused("channel-not-found");
    }
    assert_eq!(guest.search(&name).await.ok(200), json!({"results": []}));
    let again = guest.create_channel(&name, "private").await.ok(201);
    assert_ne!(int(&again, "channelId"), id);
}

async fn removing_checks_in_order(backend: Backend) {
    let house = house(backend);
    let (owner, guest, warden) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.private_channel().await;
    warden
        .remove_members(i64::MAX, &[warden.id])
        .await
        .refused("channel-not-found");
    // Oneself comes before the permission.
    guest
        .remove_members(id, &[guest.id])
        .await
        .refused("cannot-self-remove");
    guest
        .remove_members(id, &[owner.id])
        .await
        .refused("no-permission");
    owner
        .lets_in(id, &guest, &["write", "invite", "rename"])
        .await;
    guest
        .remove_members(id, &[guest.id])
        .await
        .refused("cannot-self-remove");
    guest
        .remove_members(id, &[owner.id])
        .await
        .refused("no-permission");
    owner.lets_in(id, &warden, &["remove-users"]).await;
    warden
        .remove_members(id, &[owner.id])
        .await
        .refused("cant-remove-owner");
    owner
        .remove_members(id, &[owner.id])
        .await
        .refused("cannot-self-remove");
    let stranger = house.person().await;
    for nobody in [stranger.id, 0, -1, i64::MAX] {
        owner
            .remove_members(id, &[nobody])
            .await
            .refused("user-not-in-channel");
    }
    let absent = owner.post(
        "/api/channel/users/remove",
        &json!({"toRemove": [guest.id]}),
    );
    absent.await.refused("invalid-request-parameters");
    // All or nothing, whatever is wrong and wherever it stands.
    for (bad, suffix) in [
        (warden.id, "cannot-self-remove"),
        (owner.id, "cant-remove-owner"),
        (stranger.id, "user-not-in-channel"),
    ] {
        warden
            .remove_members(id, &[guest.id, bad])
            .await
            .refused(suffix);
        warden
            .remove_members(id, &[bad, guest.id])
            .await
            .refused(suffix);
    }
    assert_eq!(owner.sees_in(id).await, [owner.id, guest.id, warden.id]);
    owner.remove_members(id, &[]).await.done();
    warden
        .remove_members(id, &[guest.id, guest.id])
        .await
        .done();
    assert_eq!(owner.sees_in(id).await, [owner.id, warden.id]);
    let many = vec![warden.id; 1001];
    owner
        .remove_members(id, &many)
        .await
        .refused("invalid-request-parameters");
    assert_eq!(owner.sees_in(id).await, [owner.id, warden.id]);
}

async fn who_is_removed_is_out(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(guest.join(id).await.ok(200));
    let words = guest.says(id, "mine").await;
    owner.remove_members(id, &[guest.id]).await.done();
    assert_eq!(guest.channels().await.ok(200), json!({"channels": []}));
    guest.channel_info(id).await.refused("no-permission");
    guest.say(id, "still?").await.refused("no-permission");
    guest
        .load(&json!([{"channelId": id}]))
        .await
        .refused("no-permission");
    guest
        .mark_read(id, words)
        .await
        .refused("user-not-in-channel");
    let loaded = owner
        .load(&json!([{"channelId": id, "limit": 1}]))
        .await
        .ok(200);
    let newest = &loaded["results"][id.to_string()]["channelMessages"][0];
    assert_eq!(
        (int(newest, "messageId"), text(newest, "username")),
        (words, &*guest.name)
    );
}

every_shape!(
    a_public_channel_is_open,
    a_private_channel_is_not,
    members_are_listed,
    members_leave,
    an_owner_names_an_heir,
    the_last_member_closes_the_channel,
    removing_checks_in_order,
    who_is_removed_is_out,
);

//! How a channel invite ends: `POST /api/channel/invites/remove`,
//! `POST /api/user/channel/invites/remove`, `/clear`, and by itself

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{ALL, house};

/// The three calls that end invites; they differ in what they say about unknown ids.
const PATHS: [(&str, &str); 3] = [
    ("/api/channel/invites/remove", "channel-invite-not-found"),
    ("/api/user/channel/invites/remove", "user-invite-not-found"),
    (
        "/api/user/channel/invites/clear",
        "channel-invite-not-found",
    ),
];

async fn end(chat: &Chat, path: &str, invites: &[i64]) -> Answer {
    chat.post(path, &json!({"toRemove": invites})).await
}

async fn those_concerned_may_end_an_invite(backend: Backend) {
    let house = house(backend);
    let (owner, sender, warden, plain, guest, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.private_channel().await;
    owner.lets_in(id, &sender, &["invite"]).await;
    owner.lets_in(id, &warden, &["remove-users"]).await;
    owner
        .lets_in(id, &plain, &["write", "invite", "rename"])
        .await;
    for (path, _) in PATHS {
        for who in [&guest, &sender, &warden, &owner] {
            let invite = sender.invites_in(id, &guest, &["read"]).await;
            for other in [&plain, &stranger] {
                end(other, path, &[invite]).await.refused("no-permission");
            }
            assert_eq!(guest.waiting().await, [invite]);
            end(who, path, &[invite]).await.done();
            assert!(guest.waiting().await.is_empty());
            assert_eq!(
                owner.channel_invites(id).await.ok(200),
                json!({"invites": []})
            );
            let answer = guest.join_with(id, invite).await;
            answer.refused("invalid-channel-invite");
            // No longer pending: silently fine for anybody.
            for anybody in [&guest, &sender, &stranger] {
                end(anybody, path, &[invite]).await.done();
            }
        }
    }
}

async fn ending_is_all_or_nothing(backend: Backend) {
    let house = house(backend);
    let (owner, guest, other) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let (id, second) = (owner.private_channel().await, owner.private_channel().await);
    let invite = owner.invites_in(id, &guest, &["read"]).await;
    let foreign = owner.invites_in(second, &other, &["read"]).await;
    for (path, not_found) in PATHS {
        for unknown in [0, -1, i64::MAX] {
            end(&guest, path, &[invite, unknown])
                .await
                .refused(not_found);
            end(&guest, path, &[unknown, invite])
                .await
                .refused(not_found);
        }
        end(&guest, path, &[invite, foreign])
            .await
            .refused("no-permission");
        end(&guest, path, &[foreign, invite])
            .await
            .refused("no-permission");
        end(&guest, path, &vec![invite; 1001])
            .await
            .refused("invalid-request-parameters");
        end(&guest, path, &[]).await.done();
        assert_eq!(guest.waiting().await, [invite]);
        assert_eq!(other.waiting().await, [foreign]);
    }
    guest.clear_my_invites(&[invite, invite]).await.done();
    assert!(guest.waiting().await.is_empty());
}

async fn a_locked_sender_lets_nobody_in(backend: Backend) {
    let house = house(backend);
    for _ in 0..5 {
        let (sender, guest) = (house.person().await, house.person().await);
        let id = sender.private_channel().await;
        let invite = sender.invites_in(id, &guest, &["read"]).await;
        let locked = house.stack.admin(&["user", "lock", &sender.name], "");
        assert!(locked.status.success());
        // Told that it is done, nobody waits for a feed.
        let answer = guest.join_with(id, invite).await;
        answer.refused("invalid-channel-invite");
        assert!(guest.waiting().await.is_empty());
    }
}

async fn joining_some_other_way_ends_it(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    let invite = owner.invites_in(id, &guest, &ALL).await;
    drop(guest.join(id).await.ok(200));
    assert_eq!(guest.may(id).await, ["read", "write", "invite"]);
    assert!(guest.waiting().await.is_empty());
    assert_eq!(
        owner.channel_invites(id).await.ok(200),
        json!({"invites": []})
    );
    guest.leave(id).await.done();
    // It does not come back, and does not bar a new one.
    assert!(guest.waiting().await.is_empty());
    guest
        .join_with(id, invite)
        .await
        .refused("invalid-channel-invite");
    drop(owner.invite(id, &guest.name, &["read"]).await.ok(201));
}

async fn a_sender_without_the_right_takes_it_along(backend: Backend) {
    let house = house(backend);
    let (owner, sender) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    for leaves in [true, false] {
        let guest = house.person().await;
        owner.lets_in(id, &sender, &["invite"]).await;
        let invite = sender.invites_in(id, &guest, &["read"]).await;
        if leaves {
            sender.leave(id).await.done();
        } else {
            owner.remove_members(id, &[sender.id]).await.done();
        }
        assert!(guest.waiting().await.is_empty());
        assert_eq!(
            owner.channel_invites(id).await.ok(200),
            json!({"invites": []})
        );
        guest
            .join_with(id, invite)
            .await
            .refused("invalid-channel-invite");
        // The sender's return does not bring it back.
        owner.lets_in(id, &sender, &["invite"]).await;
        guest
            .join_with(id, invite)
            .await
            .refused("invalid-channel-invite");
        let again = owner.invites_in(id, &guest, &["read"]).await;
        assert_eq!(guest.waiting().await, [again]);
        drop(guest.join_with(id, again).await.ok(200));
        sender.leave(id).await.done();
    }
}

async fn a_closed_channel_ends_it(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    let invite = owner.invites_in(id, &guest, &["read"]).await;
    owner.leave(id).await.done();
    assert!(guest.waiting().await.is_empty());
    guest
        .join_with(id, invite)
        .await
        .refused("channel-not-found");
}

async fn an_heir_keeps_invites_alive(backend: Backend) {
    let house = house(backend);
    let (owner, heir, guest) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.private_channel().await;
    owner.lets_in(id, &heir, &["invite"]).await;
    let invite = heir.invites_in(id, &guest, &["read"]).await;
    owner.leave_to(id, heir.id).await.done();
    assert_eq!(guest.waiting().await, [invite]);
    drop(guest.join_with(id, invite).await.ok(200));
}

every_shape!(
    those_concerned_may_end_an_invite,
    ending_is_all_or_nothing,
    joining_some_other_way_ends_it,
    a_locked_sender_lets_nobody_in,
    a_sender_without_the_right_takes_it_along,
    a_closed_channel_ends_it,
    an_heir_keeps_invites_alive,
);

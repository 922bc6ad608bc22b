//! `latchkey admin invite …`

use std::time::Duration;

use latchkey_testing::chat::Chat;
use latchkey_testing::stack::{Stack, token_of};
use latchkey_testing::{Backend, eventually, every_shape};

use crate::house::{House, PASSWORD, house, text, unique};

async fn invites_are_good_for_several(backend: Backend) {
    let house = house(backend);
    let link = house
        .stack
        .admin(&["invite", "create", "--uses", "2"], "")
        .last_line();
    assert!(
        link.starts_with(&format!("{}/register?t=", house.stack.base())),
        "{link}"
    );
    let token = token_of(&link).unwrap();
    for _ in 0..2 {
        let answer = house
            .nobody()
            .create_user(&unique("several"), PASSWORD, &token)
            .await;
        drop(answer.ok(201));
    }
    let third = house
        .nobody()
        .create_user(&unique("third"), PASSWORD, &token)
        .await;
    third.refused("invalid-user-invite");
    let one = house.stack.admin(&["invite", "create"], "").last_line();
    let one = token_of(&one).unwrap();
    drop(
        house
            .nobody()
            .create_user(&unique("one"), PASSWORD, &one)
            .await
            .ok(201),
    );
    let second = house
        .nobody()
        .create_user(&unique("two"), PASSWORD, &one)
        .await;
    second.refused("invalid-user-invite");
}

async fn an_expired_invite_lets_nobody_in(backend: Backend) {
    let house = house(backend);
    let known = house.person().await.name;
    let link = house
        .stack
        .admin(&["invite", "create", "--expires-in", "2"], "")
        .last_line();
    let token = token_of(&link).unwrap();
    // A taken name uses nothing up, and is only looked at while the invite is good.
    eventually(Duration::from_secs(10), "the invite expires", async || {
        let answer = house.nobody().create_user(&known, PASSWORD, &token).await;
        match answer.problem_suffix().as_deref() {
            Some("username-taken") => None,
            Some("invalid-user-invite") => Some(()),
            _ => panic!("{answer}"),
        }
    })
    .await;
}

async fn who_invited_whom_is_shown(backend: Backend) {
    let house = house(backend);
    let parent = house.person().await;
    let made = parent.create_invite().await.ok(201);
    let child = unique("child");
    let token = made["token"].as_str().unwrap();
    drop(
        house
            .nobody()
            .create_user(&child, PASSWORD, token)
            .await
            .ok(201),
    );
    let tree = house.stack.admin(&["invite", "tree", &parent.name], "");
    assert!(tree.status.success(), "{tree:?}");
    assert!(tree.stdout.contains(&child), "{tree:?}");
    assert!(!tree.stdout.contains(token), "tokens are not shown");
}

/// The kinds of the chat contract; the other kinds stand with their contracts.
async fn the_story_of_every_invite_is_told(backend: Backend) {
    let house = house(backend);
    let (parent, child) = (house.person().await, unique("told"));
    let made = parent.create_invite().await.ok(201);
    let token = text(&made, "token");
    let create = house.nobody().create_user(&child, PASSWORD, token);
    drop(create.await.ok(201));
    // Its token is the only id that its contract shows.
    let told = story(house, token);
    for part in [
        &format!("made by     {}", parent.name),
        &format!("let in      {child}"),
        "state       accepted",
        "uses        1 of 1",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains(token), "tokens are not shown: {told}");

    let guest = house.person().await;
    let channel = parent.private_channel().await;
    for (state, let_in) in [("withdrawn", "nobody"), ("accepted", guest.name.as_str())] {
        let invite = parent.invites_in(channel, &guest, &["write"]).await;
        if state == "accepted" {
            drop(guest.join_with(channel, invite).await.ok(200));
        } else {
            parent.remove_channel_invites(&[invite]).await.done();
        }
        let told = story(house, &invite.to_string());
        for part in [
            &format!("into        channel {channel}"),
            &format!("made by     {}", parent.name),
            &format!("made for    {}", guest.name),
            &format!("state       {state}"),
            &format!("let in      {let_in}"),
            "history",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
    // A token may begin with a hyphen: it is an id all the same.
    let unknown = format!("-J{token}");
    let shown = house.stack.admin(&["invite", "show", &unknown], "");
    assert!(!shown.status.success(), "{shown:?}");
    assert!(!shown.stderr.contains("unexpected argument"), "{shown:?}");
    for nothing in ["0", "-1", "x", "9223372036854775808", ""] {
        let shown = house.stack.admin(&["invite", "show", nothing], "");
        assert!(!shown.status.success(), "{nothing}: {shown:?}");
        assert!(
            !shown.stderr.is_empty() && shown.stdout.is_empty(),
            "{shown:?}"
        );
    }
}

fn story(house: &House, id: &str) -> String {
    let shown = house.stack.admin(&["invite", "show", id], "");
    assert!(shown.status.success(), "{id}: {shown:?}");
    shown.stdout
}

async fn a_super_user_can_be_invited(backend: Backend) {
    let stack = Stack::on(backend).start();
    let command = ["invite", "create", "--super-user"];
    let token = token_of(&stack.admin(&command, "").last_line()).unwrap();
    let chat = Chat::at(&stack.base());
    drop(chat.create_user("boss", PASSWORD, &token).await.ok(201));
    // With a super user there is no link any more.
    stack.restart();
    assert_eq!(stack.link(), None, "{}", stack.log());
}

every_shape!(
    invites_are_good_for_several,
    an_expired_invite_lets_nobody_in,
    who_invited_whom_is_shown,
    the_story_of_every_invite_is_told,
    a_super_user_can_be_invited,
);

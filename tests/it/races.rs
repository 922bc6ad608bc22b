//! Many at once for one thing: one winner, and an answer of the contract for everybody else.

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::stack::token_of;
use latchkey_testing::{Backend, every_shape, race};
use serde_json::{Value, json};

use crate::house::{ALL, PASSWORD, house, int, list, text, unique, words};

/// How many of these answers were what.
#[track_caller]
fn outcomes(answers: &[Answer], success: u16, refusals: &[&str]) -> usize {
    let mut won = 0;
    for answer in answers {
        if answer.status == success {
            won += 1;
        } else {
            let suffix = answer.problem_suffix().unwrap_or_default();
            assert!(refusals.contains(&suffix.as_str()), "{answer}");
        }
    }
    won
}

/// `n` clients with connections of their own.
fn clients(chat: &Chat, n: usize) -> Vec<Chat> {
    (0..n).map(|_| chat.elsewhere()).collect()
}

async fn one_invite_makes_one_account(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    for _ in 0..3 {
        let invite = maker.create_invite().await.ok(201);
        let token = text(&invite, "token");
        let names: Vec<String> = (0..30).map(|_| unique("racer")).collect();
        let clients = clients(&house.nobody(), 30);
        let answers = race(30, |n| {
            clients[n]
                .create_user(&names[n], PASSWORD, token)
                .into_future()
        })
        .await;
        assert_eq!(outcomes(&answers, 201, &["invalid-user-invite"]), 1);
        let winner = answers
            .iter()
            .position(|answer| answer.status == 201)
            .unwrap();
        let mine = maker.invites().await.ok(200);
        let shown = list(&mine["invites"])
            .iter()
            .find(|i| i["token"] == token)
            .unwrap();
        assert_eq!(text(shown, "acceptedName"), names[winner]);
        for (n, name) in names.iter().enumerate().take(6) {
            let status = house.nobody().login(name, PASSWORD).await.status;
            assert_eq!(status, if n == winner { 200 } else { 401 }, "{name}");
        }
    }
}

async fn a_taken_name_leaves_the_invite_whole(backend: Backend) {
    let house = house(backend);
    let known = house.person().await.name;
    let token = house.token().await;
    let clients = clients(&house.nobody(), 30);
    let answers = race(30, |n| {
        clients[n]
            .create_user(&known, PASSWORD, &token)
            .into_future()
    });
    // Who finds the only use reserved for too long is told to come again.
    let won = outcomes(
        &answers.await,
        201,
        &["username-taken", "service-unavailable"],
    );
    assert_eq!(won, 0);
    let answer = house
        .nobody()
        .create_user(&unique("whole"), PASSWORD, &token)
        .await;
    drop(answer.ok(201));
}

async fn one_username_has_one_winner(backend: Backend) {
    let house = house(backend);
    let name = unique("Wanted");
    let mut tokens = Vec::new();
    for _ in 0..30 {
        tokens.push(house.token().await);
    }
    let clients = clients(&house.nobody(), 30);
    let answers = race(30, |n| {
        let spelt = if n % 2 == 0 {
            name.clone()
        } else {
            name.to_uppercase()
        };
        clients[n]
            .create_user(&spelt, PASSWORD, &tokens[n])
            .into_future()
    })
    .await;
    assert_eq!(outcomes(&answers, 201, &["username-taken"]), 1);
    // Everybody else's invite is whole.
    for (answer, token) in answers.iter().zip(&tokens) {
        let again = house
            .nobody()
            .create_user(&unique("other"), PASSWORD, token)
            .await;
        assert_eq!(
            again.status,
            if answer.status == 201 { 403 } else { 201 },
            "{again}"
        );
    }
}

async fn one_channel_invite_makes_one_membership(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    for _ in 0..3 {
        let id = owner.private_channel().await;
        let invite = owner.invites_in(id, &guest, &["write"]).await;
        let clients = clients(&guest, 30);
        let answers = race(30, |n| clients[n].join_with(id, invite).into_future()).await;
        let refusals = ["user-aleady-in-channel", "invalid-channel-invite"];
        assert_eq!(outcomes(&answers, 200, &refusals), 1);
        assert_eq!(owner.sees_in(id).await, [owner.id, guest.id]);
        assert!(!guest.waiting().await.contains(&invite));
    }
}

async fn one_public_channel_is_joined_once(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    let clients = clients(&guest, 30);
    let answers = race(30, |n| clients[n].join(id).into_future()).await;
    assert_eq!(outcomes(&answers, 200, &["user-aleady-in-channel"]), 1);
    assert_eq!(owner.sees_in(id).await, [owner.id, guest.id]);
}

async fn one_channel_name_has_one_winner(backend: Backend) {
    let house = house(backend);
    let (owner, other) = (house.person().await, house.person().await);
    let name = unique("Sought");
    let clients: Vec<Chat> = (0..30)
        .map(|n| if n % 2 == 0 { &owner } else { &other }.elsewhere())
        .collect();
    let answers = race(30, |n| {
        let spelt = if n % 3 == 0 {
            name.to_uppercase()
        } else {
            name.clone()
        };
        clients[n].create_channel(&spelt, "public").into_future()
    })
    .await;
    assert_eq!(outcomes(&answers, 201, &["channel-name-taken"]), 1);
    // Renaming and making race for one name too.
    let (target, mut channels) = (unique("Target"), Vec::new());
    for _ in 0..10 {
        channels.push(owner.public_channel().await);
    }
    let answers = race(20, |n| match channels.get(n) {
        Some(id) => clients[2 * n].rename(*id, &target).into_future(),
        None => clients[n].create_channel(&target, "private").into_future(),
    })
    .await;
    let renamed = outcomes(&answers[..10], 200, &["channel-name-taken"]);
    let made = outcomes(&answers[10..], 201, &["channel-name-taken"]);
    assert_eq!(renamed + made, 1);
}

async fn one_guest_is_invited_once(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    let clients = clients(&owner, 30);
    let answers = race(30, |n| {
        clients[n].invite(id, &guest.name, &["read"]).into_future()
    });
    assert_eq!(outcomes(&answers.await, 201, &["user-already-invited"]), 1);
    assert_eq!(guest.waiting().await.len(), 1);
}

async fn joining_and_withdrawing_exclude_each_other(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    for _ in 0..10 {
        let id = owner.private_channel().await;
        let invite = owner.invites_in(id, &guest, &["read"]).await;
        let (owners, guests) = (owner.elsewhere(), guest.elsewhere());
        let answers = race(2, |n| match n {
            0 => guests.join_with(id, invite).into_future(),
            _ => owners.remove_channel_invites(&[invite]).into_future(),
        })
        .await;
        // Withdrawing is silently fine either way; joining won or lost.
        assert_eq!(answers[1].status, 200, "{}", answers[1]);
        let joined = outcomes(&answers[..1], 200, &["invalid-channel-invite"]) == 1;
        assert_eq!(owner.sees_in(id).await.contains(&guest.id), joined);
        assert!(!guest.waiting().await.contains(&invite));
    }
}

async fn somebody_always_holds_all_permissions(backend: Backend) {
    let house = house(backend);
    let (owner, heir, third) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    for _ in 0..10 {
        let id = owner.public_channel().await;
        drop(heir.join(id).await.ok(200));
        drop(third.join(id).await.ok(200));
        let (owners, heirs) = (owner.elsewhere(), heir.elsewhere());
        let answers = race(2, |n| match n {
            0 => owners.leave_to(id, heir.id).into_future(),
            _ => heirs.leave(id).into_future(),
        })
        .await;
        outcomes(&answers[..1], 200, &["user-not-in-channel"]);
        outcomes(&answers[1..], 200, &["select-owner"]);
        let seen = third.members(id).await.ok(200);
        let masters = list(&seen["users"])
            .iter()
            .filter(|user| words(&user["userPerms"]) == ALL);
        let masters: Vec<i64> = masters.map(|user| int(user, "userId")).collect();
        let info = third.channel_info(id).await.ok(200);
        assert_eq!(masters, [int(&info, "channelOwner")], "{seen}");
    }
}

async fn an_invitation_for_ten_lets_in_ten(backend: Backend) {
    let house = house(backend);
    let link = house
        .stack
        .admin(&["invite", "create", "--uses", "10"], "")
        .last_line();
    let token = token_of(&link).unwrap_or_else(|| panic!("no token in {link:?}"));
    let names: Vec<String> = (0..64).map(|_| unique("tenth")).collect();
    let clients = clients(&house.nobody(), 64);
    let create = |n: usize| {
        clients[n]
            .create_user(&names[n], PASSWORD, &token)
            .into_future()
    };
    let answers = race(64, create).await;
    assert_eq!(outcomes(&answers, 201, &["invalid-user-invite"]), 10);
    let late = house
        .nobody()
        .create_user(&unique("late"), PASSWORD, &token)
        .await;
    late.refused("invalid-user-invite");
}

async fn no_more_sessions_than_allowed(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let clients = clients(&house.nobody(), 20);
    let answers = race(20, |n| {
        clients[n].login(&person.name, PASSWORD).into_future()
    })
    .await;
    assert_eq!(outcomes(&answers, 200, &[]), 20);
    let mut alive = Vec::new();
    for answer in &answers {
        let session = house.nobody().with_session(&answer.cookie().value);
        if session.info().await.status == 200 {
            alive.push(session);
        }
    }
    assert_eq!(alive.len(), 10);
    let listed: Value = alive[0].sessions().await.ok(200);
    assert_eq!(list(&listed["sessions"]).len(), 10);
    assert_ne!(listed, json!({"sessions": []}));
}

every_shape!(
    one_invite_makes_one_account,
    a_taken_name_leaves_the_invite_whole,
    one_username_has_one_winner,
    one_channel_invite_makes_one_membership,
    one_public_channel_is_joined_once,
    one_channel_name_has_one_winner,
    one_guest_is_invited_once,
    joining_and_withdrawing_exclude_each_other,
    somebody_always_holds_all_permissions,
    an_invitation_for_ten_lets_in_ten,
    no_more_sessions_than_allowed,
);

//! `/discord/invites`, `/discord-actions/invite`, `/discord-actions/invites`, and `/discord/links`

use std::time::Duration;

use latchkey_testing::Service;
use latchkey_testing::discord::Reply;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, race};
use reqwest::Method;
use serde_json::json;

use super::client::{Member, PATHS, Town};
use crate::house::{House, grace, text};

async fn one_link_per_user(backend: Backend) {
    let town = Town::open(backend).await;
    let (anna, bert, root) = (town.member().await, town.member().await, town.root().await);
    let missing = json!({"message": "Invite not found for user!"});
    assert_eq!(anna.get(PATHS[0]).await.ok(404), missing);
    let made = anna.post(PATHS[1]).await.ok(201);
    let again = json!({"message": "User invite is already present!"});
    assert_eq!(anna.post(PATHS[2]).await.ok(409), again);
    let found = anna.get(PATHS[0]).await.ok(200);
    assert_eq!(found["inviteLink"], made["inviteLink"]);
    assert_eq!(found["inviteResponse"]["userId"], anna.id.to_string());

    let annas = format!("{}?userId={}", PATHS[0], anna.id);
    drop(bert.get(&annas).await.expect(403));
    drop(bert.post(&annas).await.expect(403));
    assert_eq!(root.get(&annas).await.ok(200), found);
    let berts = format!("{}?userId={}", PATHS[0], bert.id);
    let made = root.post(&berts).await.ok(201);
    assert_eq!(
        bert.get(PATHS[1]).await.ok(200)["inviteLink"],
        made["inviteLink"]
    );

    let links = root.get("/discord/links").await.ok(200);
    assert_eq!(links["links"][1]["requestedBy"]["id"], root.id.to_string());
    let id = text(&found["inviteResponse"], "id");
    let path = format!("/discord/links/{id}");
    let revoked = root.call(Method::DELETE, &path).await.unwrap();
    drop(revoked.ok(200));
    drop(anna.get(PATHS[0]).await.expect(404));
    drop(anna.post(PATHS[0]).await.ok(201));
    assert_eq!((town.discord.made(), town.discord.alive().len()), (3, 2));
}

async fn other_credentials_are_worthless(backend: Backend) {
    let town = Town::open(backend).await;
    let person = town.house.person().await;
    let member = Member::of(&person.chat, person.id).await;
    let bearer = json!({"kind": "bearer"});
    let bearer = person.chat.post("/api/user/token", &bearer).await.ok(200);
    let over = ["token", "rds-session", &person.name, "--expires-in", "-60"];
    let over = town.house.stack.admin(&over, "").last_line();
    for session in [person.session(), text(&bearer, "token"), &over, "x", ""] {
        let stranger = member.with(session);
        drop(stranger.get(PATHS[0]).await.expect(401));
        drop(stranger.post(PATHS[0]).await.expect(401));
    }
    // Nor does a session of the chat open this contract, whatever stands in a header.
    let header = format!("Bearer {}", member.session);
    let chat = person.chat.get(PATHS[0]).header("authorization", &header);
    drop(chat.await.expect(401));
    let by_operator = ["token", "rds-session", &person.name];
    let by_operator = town.house.stack.admin(&by_operator, "").last_line();
    drop(member.with(&by_operator).post(PATHS[0]).await.ok(201));
    drop(
        town.house
            .stack
            .admin(&["user", "lock", &person.name], "")
            .last_line(),
    );
    tokio::time::sleep(grace(backend)).await;
    drop(member.get(PATHS[0]).await.expect(401));
    assert_eq!(town.discord.calls(), 1);
}

async fn thirty_at_once_make_one_link(backend: Backend) {
    let town = Town::of_two(backend).await;
    for round in 1..=3 {
        let anna = town.member().await;
        let clients: Vec<Member> = (0..30).map(|_| anna.elsewhere()).collect();
        let answers = race(30, |n| clients[n].post(PATHS[n % 3])).await;
        let count = |status| answers.iter().filter(|a| a.status == status).count();
        assert_eq!((count(201), count(409)), (1, 29));
        assert_eq!(town.discord.calls(), round);
    }
}

async fn a_failure_leaves_nothing(backend: Backend) {
    let town = Town::open(backend).await;
    let anna = town.member().await;
    for reply in [
        Reply::MissingPermissions,
        Reply::CutAfterMaking,
        Reply::Limited(60.0),
    ] {
        town.discord.reply([reply]);
        let failed = anna.post(PATHS[0]).await.ok(500);
        assert_eq!(failed["message"], "An internal server error occurred");
        drop(anna.get(PATHS[0]).await.expect(404));
    }
}

/// The edge waits for less than the call to Discord may take.
async fn who_waits_too_long_is_told_in_the_contracts_words(backend: Backend) {
    let timeout = ("LATCHKEY_SERVER__REQUEST_TIMEOUT_SECONDS", "1");
    let town = Town::with(backend, &[timeout]).await;
    let anna = town.member().await;
    town.discord.hold();
    let told = anna.post(PATHS[0]).await.expect(503);
    assert!(told.retry_after() > 0);
    let words = json!({
        "statusCode": 503,
        "error": "Service Unavailable",
        "message": "An internal server error occurred",
    });
    assert_eq!(told.json(), words);
    // The link that was on its way is theirs all the same.
    town.discord.go_on();
    let what = "the link is filled in";
    eventually(Duration::from_secs(5), what, async || {
        (anna.get(PATHS[0]).await.status == 200).then_some(())
    })
    .await;
    assert_eq!(town.discord.made(), 1);
}

async fn without_a_bot_the_rest_works(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let person = house.person().await;
    let anna = Member::of(&person.chat, person.id).await;
    drop(anna.post(PATHS[0]).await.expect(500));
    drop(anna.get(PATHS[0]).await.expect(404));
    let doctor = house.stack.command_at(Service::Discord, &["doctor"]);
    assert!(doctor.status.success(), "{doctor:?}");
    if backend == Backend::Split {
        // The doctor of one service looks at what all services have in common.
        return;
    }
    let said = "no Discord link can be made: LATCHKEY_DISCORD__BOT_TOKEN and \
        LATCHKEY_DISCORD__CHANNEL_ID are not set";
    assert!(doctor.stdout.contains(said), "{doctor:?}");
    let stopped = house.stack.terminate(Duration::from_secs(10));
    assert!(stopped.success());
}

every_shape!(
    one_link_per_user,
    other_credentials_are_worthless,
    thirty_at_once_make_one_link,
    a_failure_leaves_nothing,
    who_waits_too_long_is_told_in_the_contracts_words,
    without_a_bot_the_rest_works,
);

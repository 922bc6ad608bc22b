//! `latchkey admin invite show` with the id of a link, and what `doctor` and `config` say

use latchkey_testing::Service;
use latchkey_testing::{Backend, every_shape};

use super::client::{PATHS, Town};
use crate::house::text;

async fn the_story_of_a_link_is_told(backend: Backend) {
    let town = Town::open(backend).await;
    let (anna, root) = (town.member().await, town.root().await);
    let annas = format!("{}?userId={}", PATHS[0], anna.id);
    drop(root.post(&annas).await.ok(201));
    let found = anna.get(PATHS[0]).await.ok(200);
    let id = text(&found["inviteResponse"], "id");
    let shown = town.house.stack.admin(&["invite", "show", id], "");
    assert!(shown.status.success(), "{shown:?}");
    for part in [
        id,
        text(&found, "inviteLink"),
        "made by     root-user (user 1) on a super user's right",
        &format!("(user {})", anna.id),
        "state       ready",
        "made at Discord",
    ] {
        assert!(shown.stdout.contains(part), "{part:?} in {shown:?}");
    }
    let json = town
        .house
        .stack
        .admin(&["--json", "invite", "show", id], "");
    let json: serde_json::Value = serde_json::from_str(&json.last_line()).unwrap();
    assert_eq!(json["link"], found["inviteLink"]);
    let unknown = "00000000-0000-4000-8000-000000000000";
    let unknown = town.house.stack.admin(&["invite", "show", unknown], "");
    assert!(!unknown.status.success());
    assert!(unknown.stderr.contains("no such invitation"), "{unknown:?}");
}

async fn a_link_is_listed_and_taken_back(backend: Backend) {
    let town = Town::open(backend).await;
    let anna = town.member().await;
    let stack = &town.house.stack;
    for by_its_link in [false, true] {
        drop(anna.post(PATHS[0]).await.ok(201));
        let found = anna.get(PATHS[0]).await.ok(200);
        let (id, link) = (
            text(&found["inviteResponse"], "id"),
            text(&found, "inviteLink"),
        );
        for words in [&["--kind", "discord"][..], &["--state", "open"]] {
            let listed = stack.admin(&[&["invite", "list"], words].concat(), "");
            assert!(listed.stdout.contains(id), "{words:?}: {listed:?}");
        }
        let named = if by_its_link { link } else { id };
        let revoked = stack.admin(&["invite", "revoke", named], "");
        assert!(revoked.status.success(), "{revoked:?}");
        assert!(revoked.stdout.contains(id), "{revoked:?}");
        let code = link.rsplit('/').next().unwrap();
        assert!(
            !town.discord.alive().contains(code),
            "{code} is alive at Discord"
        );
        assert_eq!(anna.get(PATHS[0]).await.status, 404);
        let story = stack.admin(&["invite", "show", id], "").stdout;
        assert!(story.contains("revoked by the operator"), "{story}");
        let again = stack.admin(&["invite", "revoke", id], "");
        assert!(again.stderr.contains("not alive"), "{again:?}");
    }
}

async fn the_bot_token_is_a_secret(backend: Backend) {
    let town = Town::open(backend).await;
    let token = latchkey_testing::discord::BOT_TOKEN;
    drop(town.member().await.post(PATHS[0]).await.ok(201));
    let config = town.house.stack.command_at(Service::Discord, &["config"]);
    assert!(
        config.stdout.contains("discord.bot_token = \"***\""),
        "{config:?}"
    );
    let doctor = town.house.stack.command_at(Service::Discord, &["doctor"]);
    let said = "the Discord bot and its channel are set";
    assert!(doctor.stdout.contains(said), "{doctor:?}");
    for said in [config.stdout, doctor.stdout] {
        assert!(!said.contains(token), "{said}");
    }
    assert!(town.house.stack.lines_with(token).is_empty());
}

every_shape!(
    the_story_of_a_link_is_told,
    a_link_is_listed_and_taken_back,
    the_bot_token_is_a_secret,
);

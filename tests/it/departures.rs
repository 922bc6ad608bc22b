//! Accounts that are deleted: whatever dies in the middle, and whatever happens beside it, nothing is left half.

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_testing::Service;
use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process};
use serde_json::{Value, json};

use crate::house::{ALL, House, PASSWORD, Person, house, int, text, unique};

/// How long it may take, without hands, until a deleted person is forgotten everywhere.
const SETTLED: Duration = Duration::from_secs(5);

/// What stands beside what a deleted person has written.
const DELETED: &str = "deleted person";

impl Person {
    /// As the page does it; the status of the answer.
    async fn deletes_the_account(&self) -> u16 {
        let confirm = format!("confirm={}", PASSWORD.replace(' ', "+"));
        let answer = self.sends_form("/settings/delete", &confirm).await;
        answer.status().as_u16()
    }

    /// As a browser does it.
    pub(crate) async fn sends_form(&self, path: &str, fields: &str) -> reqwest::Response {
        let base = self.chat.base().to_owned();
        let mark = "0123456789abcdef0123456789abcdef";
        let browser = reqwest::Client::builder().timeout(Duration::from_secs(30));
        let sent = browser
            .build()
            .expect("a client")
            .post(format!("{base}{path}?form={mark}"))
            .header("origin", &base)
            .header("accept", "text/html")
            .header("cookie", format!("t={}; form={mark}", self.session()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(fields.to_owned())
            .send();
        sent.await.expect("an answer")
    }

    /// Who said what in a channel, the newest first.
    async fn reads(&self, channel: i64) -> Vec<(String, i64)> {
        let loaded = self.load(&json!([{"channelId": channel}])).await.ok(200);
        let found = &loaded["results"][channel.to_string()]["channelMessages"];
        let each = found.as_array().expect("messages").iter();
        each.map(|one| (text(one, "username").to_owned(), int(one, "userId")))
            .collect()
    }
}

impl House {
    /// Waits until the name is free, and gives it to somebody else: then every part is forgotten.
    async fn gives_the_name_again(&self, name: &str) -> Value {
        let token = self.token().await;
        let what = format!("the name {name} is free");
        eventually(SETTLED, &what, async || {
            let answer = self
                .nobody()
                .create_user(name, "another horse", &token)
                .await;
            if answer.status == 201 {
                return Some(answer.ok(201));
            }
            answer.refused("username-taken");
            None
        })
        .await
    }
}

async fn a_deleted_person_is_gone_everywhere(backend: Backend) {
    let house = house(backend);
    let (anna, berta) = (house.person().await, house.person().await);
    let channel = anna.private_channel().await;
    anna.lets_in(channel, &berta, &["read", "write"]).await;
    let alone = anna.public_channel().await;
    anna.says(channel, "hello").await;
    let child_token = text(&anna.create_invite().await.ok(201), "token").to_owned();
    let child = house
        .nobody()
        .create_user(&unique("child"), PASSWORD, &child_token)
        .await;
    let child = text(&child.ok(201), "username").to_owned();
    let unused = text(&anna.create_invite().await.ok(201), "token").to_owned();
    let waiting = berta.private_channel().await;
    berta.invites_in(waiting, &anna, &["read"]).await;
    let group = unique("group");
    for made in [
        vec!["group", "create", "--owner", &anna.name, "--name", &group],
        vec![
            "namespace",
            "create",
            "--owner",
            &anna.name,
            "--path",
            "docs",
        ],
        vec!["choir", "whitelist", &anna.name],
    ] {
        let made = house.stack.admin(&made, "");
        assert!(made.status.success(), "{made:?}");
    }

    assert_eq!(anna.deletes_the_account().await, 200);
    anna.info().await.refused("unauthorized");
    house
        .nobody()
        .login(&anna.name, PASSWORD)
        .await
        .refused("invalid-credentials");
    let next = house.gives_the_name_again(&anna.name).await;
    assert_ne!(int(&next, "userId"), anna.id);

    // What was written stays; every answer is held against the document.
    let read = berta.reads(channel).await;
    assert!(
        read.iter()
            .any(|(name, id)| name == DELETED && *id == anna.id),
        "{read:?}"
    );
    assert!(read.iter().all(|(name, _)| *name != anna.name), "{read:?}");
    let info = berta.channel_info(channel).await.ok(200);
    assert_eq!(int(&info, "channelOwner"), berta.id);
    assert_eq!(info["channelPerms"], json!(ALL));
    berta.channel_info(alone).await.refused("channel-not-found");
    let members = berta.members(channel).await.ok(200);
    assert_eq!(
        members["users"].as_array().expect("users").len(),
        1,
        "{members}"
    );
    let invites = berta.channel_invites(waiting).await.ok(200);
    assert!(!invites.to_string().contains(&anna.name), "{invites}");

    // The link lets nobody in, and who invited whom is known.
    let late = house
        .nobody()
        .create_user(&unique("late"), PASSWORD, &unused)
        .await;
    late.refused("invalid-user-invite");
    let tree = house.stack.admin(&["invite", "tree", &child], "");
    let tree = tree.stdout;
    assert!(
        tree.contains(&format!("{DELETED} (user {})", anna.id)),
        "{tree}"
    );
    anna.info().await.refused("unauthorized");
}

async fn the_archive_has_what_was_made_and_no_secret(backend: Backend) {
    let house = house(backend);
    let (anna, berta) = (house.person().await, house.person().await);
    let channel = anna.private_channel().await;
    anna.lets_in(channel, &berta, &["read", "write"]).await;
    anna.says(channel, "the words of anna").await;
    berta.says(channel, "the words of berta").await;
    let token = text(&anna.create_invite().await.ok(201), "token").to_owned();
    let made = house.stack.admin(
        &[
            "token",
            "api",
            &anna.name,
            "--scopes",
            "namespace:read",
            "--name",
            "robot",
        ],
        "",
    );
    let api_token = made.last_line();
    let archive = anna.sends_form("/settings/data", "").await;
    assert_eq!(archive.status(), 200);
    let body = archive.text().await.expect("a body");
    let all: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(all["account"]["name"], json!(anna.name));
    assert_eq!(all["api_tokens"][0]["name"], "robot");
    assert_eq!(all["sessions"].as_array().expect("sessions").len(), 1);
    let said = all["messages"].as_array().expect("messages");
    assert!(
        said.iter().any(|one| one["content"] == "the words of anna"),
        "{body}"
    );
    assert!(!body.contains("the words of berta"));
    assert_eq!(all["let_in"][0]["name"], json!(berta.name));
    assert!(
        all["came_by"].as_array().is_some_and(|all| !all.is_empty()),
        "{body}"
    );
    for secret in [
        token.as_str(),
        api_token.as_str(),
        anna.session(),
        "argon2",
        PASSWORD,
    ] {
        assert!(!body.contains(secret), "{body}");
    }
}

async fn a_deletion_cut_anywhere_goes_on(backend: Backend) {
    for point in ["after-leave", "while-forgetting", "after-forgetting"] {
        // Whoever went before is forgotten again and again for a while: each point has a house of its own.
        let house = House::open(Stack::on(backend).start()).await;
        let (anna, berta) = (house.person().await, house.person().await);
        let channel = anna.private_channel().await;
        anna.lets_in(channel, &berta, &["read", "write"]).await;
        anna.says(channel, "hello").await;
        house.arm(point).unwrap();
        // It may die before it answers.
        drop(
            house
                .stack
                .unheard(&["admin", "user", "delete", &anna.name]),
        );
        house.has_died(point).await;
        house.disarm();
        anna.info().await.refused("unauthorized");
        house.gives_the_name_again(&anna.name).await;
        let read = berta.reads(channel).await;
        assert!(
            read.iter().all(|(name, _)| *name != anna.name),
            "{point}: {read:?}"
        );
        let info = berta.channel_info(channel).await.ok(200);
        assert_eq!(int(&info, "channelOwner"), berta.id, "{point}");
    }
}

async fn many_go_at_once_while_they_talk(backend: Backend) {
    let house = house(backend);
    let berta = house.person().await;
    let channel = berta.public_channel().await;
    let mut crowd = Vec::new();
    for _ in 0..16 {
        let one = house.person().await;
        drop(one.join(channel).await.ok(200));
        crowd.push(one);
    }
    let each = crowd.iter().map(|one| async move {
        let talks = async {
            // Until nobody knows them any more.
            for nth in 0..400 {
                let said = one.elsewhere().say(channel, &format!("line {nth}")).await;
                if said.status != 201 {
                    assert!(said.status < 500, "{said}");
                    return;
                }
            }
        };
        let goes = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            one.deletes_the_account().await
        };
        let ((), status) = tokio::join!(talks, goes);
        status
    });
    let statuses = join_all(each).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    eventually(SETTLED, "nothing of theirs is left half", async || {
        let members = berta.members(channel).await.ok(200);
        let alone = members["users"].as_array().expect("users").len() == 1;
        let read = berta.reads(channel).await;
        let nameless = read
            .iter()
            .all(|(name, id)| *id == berta.id || name == DELETED);
        (alone && nameless).then_some(())
    })
    .await;
    assert_eq!(
        int(&berta.channel_info(channel).await.ok(200), "channelOwner"),
        berta.id
    );
}

every_shape!(
    a_deleted_person_is_gone_everywhere,
    many_go_at_once_while_they_talk,
    the_archive_has_what_was_made_and_no_secret,
);
one_process!(a_deletion_cut_anywhere_goes_on);

/// A service is away when somebody goes, and dies in the middle after it is back.
async fn a_deletion_waits_for_a_service_that_is_away() {
    let house = House::open(Stack::on(Backend::Split).start()).await;
    let (anna, berta) = (house.person().await, house.person().await);
    let channel = anna.private_channel().await;
    anna.lets_in(channel, &berta, &["read", "write"]).await;
    anna.says(channel, "hello").await;
    let split = house.stack.split();
    let part = Part::Service(Service::Channels, 0);
    split.kill_part(part).unwrap();
    assert_eq!(anna.deletes_the_account().await, 200);
    anna.info().await.refused("unauthorized");
    let token = house.token().await;
    let refused = house
        .nobody()
        .create_user(&anna.name, "another horse", &token);
    refused.await.refused("username-taken");
    for point in [Some("while-forgetting"), Some("after-forgetting"), None] {
        house.stack.set_env("CRASH_AT", point);
        split.spawn_part(part).unwrap();
        if let Some(point) = point {
            let what = format!("channels dies at {point}");
            eventually(Duration::from_secs(10), &what, async || {
                split.part_has_ended(part).then_some(())
            })
            .await;
        }
    }
    house.gives_the_name_again(&anna.name).await;
    let read = berta.reads(channel).await;
    assert!(read.iter().all(|(name, _)| *name != anna.name), "{read:?}");
    let info = berta.channel_info(channel).await.ok(200);
    assert_eq!(int(&info, "channelOwner"), berta.id);
}

crate::split::split!(a_deletion_waits_for_a_service_that_is_away);

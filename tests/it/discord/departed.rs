//! The link of somebody who takes it along, and then deletes the account.

use std::time::Duration;

use latchkey_testing::{Backend, eventually, every_shape};
use serde_json::Value;

use super::client::{PATHS, Town};
use crate::house::PASSWORD;

/// How long it may take, without hands, until another service knows.
const SETTLED: Duration = Duration::from_secs(5);

async fn a_link_is_in_the_archive_and_goes_with_the_account(backend: Backend) {
    let town = Town::open(backend).await;
    let person = town.house.person().await;
    let anna = super::client::Member::of(&person.chat, person.id).await;
    let made = anna.post(PATHS[0]).await.ok(201);
    let link = made["inviteLink"].clone();
    eventually(SETTLED, "the link is in the archive", async || {
        let taken = person.sends_form("/settings/data", "").await;
        let all: Value = taken.json().await.expect("JSON");
        (all["discord_link"]["link"] == link).then_some(())
    })
    .await;
    let gone = town
        .house
        .stack
        .admin(&["user", "delete", &person.name], "");
    assert!(gone.status.success(), "{gone:?}");
    let root = town.root().await;
    eventually(SETTLED, "the link is taken back", async || {
        let answer = root
            .get(&format!("{}?userId={}", PATHS[0], person.id))
            .await;
        (answer.status == 404
            && town
                .discord
                .asked()
                .iter()
                .any(|asked| asked.method == "DELETE"))
        .then_some(())
    })
    .await;
    let links = root.get("/discord/links").await.ok(200);
    let code = link
        .as_str()
        .expect("a link")
        .rsplit('/')
        .next()
        .expect("a code");
    assert!(!links.to_string().contains(code), "{links}");
    // The name is free: every part is forgotten.
    let token = town.house.token().await;
    eventually(SETTLED, "the name is free", async || {
        let nobody = town.house.nobody();
        let answer = nobody.create_user(&person.name, PASSWORD, &token).await;
        (answer.status == 201).then_some(())
    })
    .await;
}

every_shape!(a_link_is_in_the_archive_and_goes_with_the_account);

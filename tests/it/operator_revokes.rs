//! `latchkey admin invite list` and `revoke`: whatever kind of invitation it is, the operator finds it and ends it.

use latchkey_contracts::v1::times::time;
use latchkey_testing::stack::token_of;
use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, house, list, text, unique};

/// What the operator is shown of the invitations that these words ask for.
#[track_caller]
fn listed(house: &House, words: &[&str]) -> Vec<Value> {
    let asked = [&["--json", "invite", "list"], words].concat();
    let shown = house.stack.admin(&asked, "");
    assert!(shown.status.success(), "{shown:?}");
    let all: Value = serde_json::from_str(&shown.stdout).expect("one answer as JSON");
    list(&all["invitations"]).to_vec()
}

#[track_caller]
fn revoke(house: &House, id: &str) -> String {
    let said = house.stack.admin(&["invite", "revoke", id], "");
    assert!(said.status.success(), "{id}: {said:?}");
    said.last_line()
}

async fn a_registration_link_is_found_and_taken_back(backend: Backend) {
    let house = house(backend);
    let link = house
        .stack
        .admin(&["invite", "create", "--uses", "3"], "")
        .last_line();
    let token = token_of(&link).unwrap();
    let guest = unique("early");
    let come = house.nobody().create_user(&guest, PASSWORD, &token).await;
    drop(come.ok(201));
    let mine = ["--kind", "registration", "--by-nobody"];
    let open = listed(house, &mine);
    let said = house.stack.admin(&["invite", "revoke", "-"], &token);
    assert!(said.status.success(), "{said:?}");
    let said = said.last_line();
    // Others make links meanwhile.
    let mut ids = open.iter().map(|one| text(one, "id"));
    let id = ids.find(|id| said.starts_with(&format!("{id} ")));
    let id = id.unwrap_or_else(|| panic!("{said}: {open:?}"));
    let own = open.iter().find(|one| one["id"] == id).unwrap();
    assert!(id.starts_with("inv_") && own["used"] == 1, "{own}");
    assert!(said.contains(&guest), "it says whom it has let in: {said}");
    let late = house
        .nobody()
        .create_user(&unique("late"), PASSWORD, &token);
    late.await.refused("invalid-user-invite");
    assert!(!listed(house, &mine).iter().any(|one| one["id"] == id));
    let withdrawn = listed(house, &["--state", "withdrawn", "--by-nobody"]);
    let found = withdrawn.iter().find(|one| one["id"] == id);
    assert_eq!(found.unwrap()["reason"], "taken-back");
    let story = house.stack.admin(&["invite", "show", id], "").stdout;
    assert!(story.contains("withdrawn by the operator"), "{story}");
    // What has ended stays as it is, and the command says so.
    let again = house.stack.admin(&["invite", "revoke", id], "");
    assert!(!again.status.success(), "{again:?}");
    assert!(again.stderr.contains("withdrawn already"), "{again:?}");
}

async fn an_invite_to_a_channel_is_found_by_its_people(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let invite = maker.invites_in(channel, &guest, &["write"]).await;
    let id = format!("inv_{invite}");
    let into = channel.to_string();
    for words in [
        &["--by", &maker.name][..],
        &["--for", &guest.name, "--kind", "channel"],
        &["--kind", "channel", "--into", &into],
        &["--by", &maker.name, "--state", "any", "--limit", "1"],
    ] {
        let found = listed(house, words);
        let [one] = &found[..] else {
            panic!("{words:?}: {found:?}");
        };
        assert_eq!(one["id"], id.as_str(), "{words:?}");
        assert_eq!(one["made_for"]["username"], guest.name.as_str());
    }
    revoke(house, &id);
    let join = guest.join_with(channel, invite).await;
    assert!((400..500).contains(&join.status), "{join}");
    assert!(listed(house, &["--by", &maker.name]).is_empty());
    let nobody = house
        .stack
        .admin(&["invite", "list", "--by", "nobody at all"], "");
    assert!(nobody.stderr.contains("no such user"), "{nobody:?}");
}

async fn a_link_of_our_own_is_taken_back_by_its_secret(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let wish = json!({"grants": [{"type": "account"}], "max_uses": 5, "label": "poster"});
    let made = maker.post("/v1/invitations", &wish).await.ok(201);
    let secret = text(&made["secret"], "secret");
    let found = listed(house, &["--by", &maker.name]);
    assert_eq!(found[0]["label"], "poster", "{found:?}");
    assert!(revoke(house, secret).starts_with(text(&made, "id")));
    let account = json!({"username": unique("late"), "password": PASSWORD});
    let come = json!({"secret": secret, "account": account});
    let refused = house.nobody().post("/v1/redemptions", &come).await;
    assert_eq!(refused.status, 410, "{refused}");
}

async fn links_of_the_operator_end(backend: Backend) {
    let house = house(backend);
    let life = |words: &[&str]| {
        let asked = [&["--json", "invite", "create"], words].concat();
        let made = house.stack.admin(&asked, "");
        assert!(made.status.success(), "{made:?}");
        let made: Value = serde_json::from_str(&made.stdout).unwrap();
        let id = text(&made, "id").to_owned();
        let all = listed(house, &["--by-nobody", "--limit", "50"]);
        let one = all.iter().find(|one| one["id"] == id.as_str()).unwrap();
        let at = |name: &str| time(one[name].as_str()?);
        let span = at("expires_at").map(|end| end.since(at("created_at").unwrap()));
        span.map(|span| (span.as_secs_f64() / 60.0).round())
    };
    assert_eq!(life(&[]), Some(7.0 * 24.0 * 60.0));
    assert_eq!(life(&["--expires-in", "12h"]), Some(12.0 * 60.0));
    assert_eq!(life(&["--expires-in", "7d"]), Some(7.0 * 24.0 * 60.0));
    assert_eq!(life(&["--expires-in", "120"]), Some(2.0));
    assert_eq!(life(&["--expires-in", "never"]), None);
    // Nobody could ever come in by these.
    for dead in ["0", "-1", "0s", "-7d", "20y", "3654d", "soon", ""] {
        let said = house
            .stack
            .admin(&["invite", "create", "--expires-in", dead], "");
        assert!(!said.status.success(), "{dead}: {said:?}");
        assert!(
            said.stdout.is_empty() && !said.stderr.is_empty(),
            "{dead}: {said:?}"
        );
    }
}

every_shape!(
    a_registration_link_is_found_and_taken_back,
    an_invite_to_a_channel_is_found_by_its_people,
    a_link_of_our_own_is_taken_back_by_its_secret,
    links_of_the_operator_end,
);

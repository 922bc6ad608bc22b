//! Many invitations are taken back at once, and what is done to those of others is written down.

use latchkey_testing::chat::Answer;
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::{Value, json};

use super::{come, into, link, shown};
use crate::house::{House, Person, house, list, text, unique};
use crate::v1::is_problem;

const ALL: &str = "/v1/invitations/revoke";
const DRY: &str = "/v1/invitations/revoke?dry_run=true";

/// What became of each, by its id.
fn rows(answer: &Answer) -> Vec<(String, String)> {
    let json = answer.json();
    let row = |one: &Value| {
        let outcome = text(one, "outcome").to_owned();
        (text(one, "invitation").to_owned(), outcome)
    };
    list(&json["rows"]).iter().map(row).collect()
}

/// The same word for all of these.
fn each(made: &[Value], outcome: &str) -> Vec<(String, String)> {
    let row = |one: &Value| (text(one, "id").to_owned(), outcome.to_owned());
    made.iter().map(row).collect()
}

/// What the audit log has of this, oldest first: what was done, and who did it.
fn told(house: &House, id: &str) -> Vec<(String, String)> {
    let told = house.stack.admin(&["audit", "--to", id, "--json"], "");
    let told: Value = serde_json::from_str(&told.last_line()).expect("JSON");
    let row = |one: &Value| {
        (
            text(one, "what").to_owned(),
            text(one, "who_name").to_owned(),
        )
    };
    list(&told["entries"]).iter().map(row).collect()
}

async fn a04_revocation_of_many(backend: Backend) {
    let house = house(backend);
    let (maker, other) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let label = unique("poster");
    let mut made = Vec::new();
    for _ in 0..3 {
        let wish = json!({"grants": [into(channel)], "label": label});
        made.push(link(&maker, wish).await);
    }
    let several = json!({"grants": [{"type": "account"}, into(channel)]});
    let unlabelled = link(&maker, several).await;

    // Nothing is changed by looking.
    let labelled = json!({"label": label, "reason": "Wrong place"});
    let looked = maker.post(DRY, &labelled).await.expect(200);
    assert_eq!(rows(&looked), each(&made, "would"));
    let behind = format!("{DRY}&after={}", text(&made[0], "id"));
    let looked = maker.post(behind, &labelled).await.expect(200);
    assert_eq!(rows(&looked), each(&made[1..], "would"));
    assert_eq!(text(&shown(&maker, &made[0]).await, "state"), "open");

    // Those of others are not there for whoever may not manage them.
    assert!(rows(&other.post(ALL, &labelled).await.expect(200)).is_empty());
    for inviter in [format!("acc_{}", maker.id), "everybody".to_owned()] {
        let wish = json!({"inviter": inviter, "label": label});
        is_problem(&other.post(ALL, &wish).await, 422, "wrong-input");
    }
    is_problem(&maker.post(ALL, &json!({})).await, 422, "wrong-input");

    let revoked = maker.post(ALL, &labelled).await.expect(200);
    assert_eq!(rows(&revoked), each(&made, "revoked"));
    assert_eq!(revoked.json()["are_more"], false);
    is_problem(&come(&other, &made[2]).await, 410, "invitation-revoked");
    let ended = shown(&maker, &made[1]).await;
    assert_eq!(text(&ended, "revoked_because"), "Wrong place");
    assert!(rows(&maker.post(ALL, &labelled).await.expect(200)).is_empty());
    assert!(told(house, text(&made[0], "id")).is_empty(), "their own");

    // A super user takes back what leads into a channel, also as one thing of several.
    let target = json!({
        "inviter": "everybody", "target": format!("chn_{channel}"), "reason": "Sold",
    });
    let revoked = house.root().post(ALL, &target).await.expect(200);
    assert_eq!(
        rows(&revoked),
        each(std::slice::from_ref(&unlabelled), "revoked")
    );
    let told = told(house, text(&unlabelled, "id"));
    assert_eq!(
        told,
        [("invitation-revoked".to_owned(), "root-user".to_owned())]
    );
}

async fn what_is_done_to_others_invitations_is_written_down(backend: Backend) {
    let house = house(backend);
    let (maker, root) = (house.person().await, house.root());
    let channel = maker.private_channel().await;
    let made = link(&maker, json!({"grants": [{"type": "account"}]})).await;
    let own = link(&maker, json!({"grants": [into(channel)]})).await;
    for (who, made) in [(&root, &made), (&*maker, &own)] {
        let at = format!("/v1/invitations/{}", text(made, "id"));
        let edit = who.call(Method::PATCH, &at).json(&json!({"max_uses": 3}));
        drop(edit.header("if-match", "*").await.ok(200));
        let secrets = format!("{at}/secrets");
        let secret = who.post(&secrets, &json!({})).await.ok(201);
        let secret = format!("{secrets}/{}", text(&secret, "id"));
        assert_eq!(who.call(Method::DELETE, secret).await.status, 204);
        drop(who.post(format!("{at}/renew"), &json!({})).await.ok(201));
    }
    let verbs: Vec<(String, String)> = [
        "invitation-edited",
        "invitation-secret-made",
        "invitation-secret-revoked",
        "invitation-renewed",
    ]
    .map(|verb| (verb.to_owned(), "root-user".to_owned()))
    .into();
    assert_eq!(told(house, text(&made, "id")), verbs);
    assert!(told(house, text(&own, "id")).is_empty());
}

/// Somebody asks to come in.
async fn ask(guest: &Person, channel: i64) -> String {
    let wish = json!({"target": format!("chn_{channel}")});
    let asked = guest.post("/v1/join-requests", &wish).await.ok(201);
    text(&asked, "id").to_owned()
}

async fn what_the_operator_says_to_requests_is_written_down(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    for (word, verb) in [("approve", "approved"), ("reject", "rejected")] {
        let guest = house.person().await;
        let id = ask(&guest, channel).await;
        let say = ["request", word, &id, "--by", &maker.name];
        let said = house.stack.admin(&say, "");
        assert!(said.status.success(), "{said:?}");
        let verb = format!("join-request-{verb}");
        assert_eq!(told(house, &id), [(verb, String::new())]);
        // Whom people let in themselves, the ledger has.
        let id = ask(&house.person().await, channel).await;
        let by_hand = format!("/v1/join-requests/{id}/{word}");
        drop(maker.post(by_hand, &json!({})).await.ok(200));
        assert!(told(house, &id).is_empty());
    }
}

every_shape!(
    a04_revocation_of_many,
    what_is_done_to_others_invitations_is_written_down,
    what_the_operator_says_to_requests_is_written_down,
);

//! Many invitations are taken back at once.

use latchkey_testing::chat::Answer;
use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use super::{come, into, link, shown};
use crate::house::{House, house, list, text, unique};
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

every_shape!(a04_revocation_of_many);

//! What becomes of those who ask for an account.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::{REQUESTS, apply, decide, link, look_up, open_house, signed_out};
use crate::app::engine::expire::expire;
use crate::app::join_request::forget::forget_applications;
use crate::tests::site::Answer;
use crate::tests::v1::house::{code, id};

const MONTH: Duration = Duration::from_hours(30 * 24);

both_databases!(
    a_yes_is_an_invitation_for_whoever_asked,
    the_link_is_for_whoever_asked_alone,
    a_no_has_its_reason,
    one_of_many_decisions_counts,
    a_wish_ends_and_is_forgotten,
    super_users_find_it_where_all_waits,
);

async fn a_yes_is_an_invitation_for_whoever_asked(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let sent = apply(&house, "Ana").await;
    assert!(sent["secret"].as_str().unwrap().starts_with("lki_"));
    let waiting = look_up(&house, &sent).await;
    assert_eq!(
        (&waiting["state"], &waiting["invitation"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(waiting["application"]["answers"][0]["answer"], "To sing");
    // What it is looked up by opens nothing.
    let secret = sent["secret"].as_str().unwrap();
    assert_eq!(house.preview(secret).await.status, 404);
    assert_eq!(
        house.redeem("account", secret, "newcomer").await.status,
        404
    );

    let yes = decide(&house, &sent, "approve", chief, json!({})).await;
    assert_eq!(yes.status, 200, "{}", yes.body);
    let yes = yes.json();
    assert_eq!(
        (&yes["state"], &yes["decided_by"]),
        (&json!("approved"), &json!(format!("acc_{chief}")))
    );
    let found = look_up(&house, &sent).await;
    assert_eq!(found["invitation"]["id"], yes["application"]["invitation"]);
    let link = link(&found);
    assert_eq!(house.redeem("account", &link, "newcomer").await.status, 201);
    assert_eq!(house.redeem("account", &link, "another").await.status, 410);
    let used = look_up(&house, &sent).await;
    assert_eq!(
        (&used["invitation"]["state"], &used["invitation"]["link"]),
        (&json!("used_up"), &Value::Null)
    );
    // Who let them in is told, as with every invitation.
    let invited = format!("/v1/accounts/acc_{chief}/invited");
    let invited = house.get(&invited, chief).await.json();
    assert_eq!(invited["data"][0]["username"], "newcomer", "{invited}");
}

async fn the_link_is_for_whoever_asked_alone(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let sent = apply(&house, "Ana").await;
    let yes = decide(&house, &sent, "approve", chief, json!({})).await;
    let secret = link(&look_up(&house, &sent).await);
    let own = house.get("/v1/invitations", chief).await;
    let shown = house.get(&format!("{REQUESTS}/{}", id(&sent)), chief).await;
    let issued = house.site.cookie(chief);
    let chat = actix_web::test::TestRequest::get()
        .uri("/api/user/invites")
        .insert_header(issued);
    let chat = house.site.send(chat).await;
    assert_eq!(chat.status, 200, "{}", chat.body);
    for answer in [&yes, &own, &shown, &chat] {
        assert!(!answer.body.contains(&secret), "{}", answer.body);
        let asked_by = sent["secret"].as_str().unwrap();
        assert!(!answer.body.contains(asked_by), "{}", answer.body);
    }
    // The decider may take it back, as everything that one has made.
    let invitation = yes.json()["application"]["invitation"]
        .as_str()
        .unwrap()
        .to_owned();
    let revoke = format!("/v1/invitations/{invitation}/revoke");
    assert_eq!(house.post(&revoke, chief, json!({})).await.status, 200);
    let found = look_up(&house, &sent).await;
    assert_eq!(
        (&found["invitation"]["state"], &found["invitation"]["link"]),
        (&json!("revoked"), &Value::Null)
    );
    for guess in ["lki_", "x", &secret, &format!("lki_{}", "A".repeat(43))] {
        let asked = json!({"secret": guess});
        let none = signed_out(&house, "/v1/join-request-lookups", asked).await;
        assert_eq!((none.status, code(&none).as_str()), (404, "not-found"));
    }
}

async fn a_no_has_its_reason(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let sent = apply(&house, "Ana").await;
    let no = decide(&house, &sent, "reject", chief, json!({"reason": "Full"})).await;
    assert_eq!(no.status, 200, "{}", no.body);
    let found = look_up(&house, &sent).await;
    assert_eq!(
        (&found["state"], &found["reason"]),
        (&json!("rejected"), &json!("Full"))
    );
    for word in ["approve", "reject"] {
        let late = decide(&house, &sent, word, chief, json!({})).await;
        assert_eq!(code(&late), "request-decided");
    }
    let other = apply(&house, "Bia").await;
    let for_a_day = json!({"ends_after": "P1D"});
    let for_good = decide(&house, &other, "approve", chief, for_a_day).await;
    assert_eq!(for_good.status, 422, "{}", for_good.body);
}

async fn one_of_many_decisions_counts(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let other = house.world.users.super_user("other");
    for n in 0..4 {
        let sent = apply(&house, &format!("Ana {n}")).await;
        let answers = race(12, |n| {
            let (house, sent) = (&house, &sent);
            async move {
                let who = if n % 2 == 0 { chief } else { other };
                match n % 4 {
                    0 | 1 => decide(house, sent, "approve", who, json!({})).await,
                    2 => decide(house, sent, "reject", who, json!({})).await,
                    _ => {
                        let asked = json!({"secret": sent["secret"]});
                        signed_out(house, "/v1/join-requests/withdraw", asked).await
                    }
                }
            }
        })
        .await;
        let done: Vec<&Answer> = answers.iter().filter(|one| one.status == 200).collect();
        assert_eq!(done.len(), 1);
        for refused in answers.iter().filter(|one| one.status != 200) {
            assert_eq!(code(refused), "request-decided", "{}", refused.body);
        }
        let found = look_up(&house, &sent).await;
        assert_eq!(found["state"], done[0].json()["state"]);
        assert_eq!(
            found["invitation"].is_object(),
            found["state"] == "approved"
        );
    }
    let made = house.get("/v1/invitations", chief).await.json();
    let others = house.get("/v1/invitations", other).await.json();
    let approved = house
        .get("/v1/join-requests?target=site&state=ended", chief)
        .await
        .json();
    let approved = approved["data"].as_array().unwrap().iter();
    let approved = approved.filter(|one| one["state"] == "approved").count();
    let count = |list: &Value| list["data"].as_array().unwrap().len();
    assert_eq!(count(&made) + count(&others), approved);
}

async fn a_wish_ends_and_is_forgotten(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let sent = apply(&house, "Ana").await;
    house.world.advance(MONTH + Duration::from_secs(1));
    assert_eq!(look_up(&house, &sent).await["state"], "expired");
    let late = decide(&house, &sent, "approve", chief, json!({})).await;
    assert_eq!(code(&late), "request-decided");
    expire(&house.world.app).await.unwrap();
    forget_applications(&house.world.app).await.unwrap();
    assert_eq!(look_up(&house, &sent).await["application"]["name"], "Ana");
    house.world.advance(MONTH + Duration::from_secs(1));
    let waiting = apply(&house, "Bia").await;
    forget_applications(&house.world.app).await.unwrap();
    let asked = json!({"secret": sent["secret"]});
    let gone = signed_out(&house, "/v1/join-request-lookups", asked).await;
    assert_eq!(gone.status, 404);
    let list = house.get("/v1/join-requests?target=site", chief).await;
    assert!(
        !list.body.contains("Ana") && list.body.contains("Bia"),
        "{}",
        list.body
    );
    assert_eq!(look_up(&house, &waiting).await["state"], "open");
}

async fn super_users_find_it_where_all_waits(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let sent = apply(&house, "Ana").await;
    let list = "/v1/join-requests?target=site&state=open";
    let shown = house.get(list, chief).await.json();
    assert_eq!(shown["data"][0]["application"]["name"], "Ana");
    let inbox = house.get("/v1/me/inbox", chief).await.json();
    let item = &inbox["data"][0];
    assert_eq!(
        (
            &item["type"],
            &item["id"],
            &item["name"],
            &item["target"],
            &item["message"]
        ),
        (
            &json!("request"),
            &sent["id"],
            &json!("Ana"),
            &json!("site"),
            &json!("Hi")
        )
    );
    let words = |item: &Value| item["actions"].as_array().unwrap().len();
    assert_eq!(words(item), 2);
    for uri in [list, &format!("{REQUESTS}/{}", id(&sent))] {
        assert_eq!(house.get(uri, house.owner).await.status, 404, "{uri}");
    }
    let theirs = house.get("/v1/me/inbox", house.owner).await.json();
    assert_eq!(theirs["data"], json!([]));
    for word in ["approve", "reject"] {
        let refused = decide(&house, &sent, word, house.owner, json!({})).await;
        assert_eq!(refused.status, 404, "{}", refused.body);
    }
    let href = item["actions"][0]["href"].as_str().unwrap();
    assert_eq!(house.post(href, chief, json!({})).await.status, 200);
    let inbox = house.get("/v1/me/inbox", chief).await.json();
    assert_eq!(inbox["data"], json!([]));
}

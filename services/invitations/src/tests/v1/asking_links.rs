//! Links by which one may only ask.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, code, id, secret};
use super::requests::{SORTS, decide};
use crate::domain::claim::{Claim, Which};
use crate::domain::kind::Kind;
use crate::store::engine::claims;

both_databases!(a_link_may_only_ask, all_of_one_link_are_decided_at_once);

/// The guard itself lets nobody in by this.
async fn is_shut(house: &House, secret: &str, sort: &str, guest: UserId) -> bool {
    let hash = latchkey_common::secret::TokenHash::of(secret);
    let kind = Kind::parse(sort).unwrap();
    let target = match kind {
        Kind::Channel => house.channel.0,
        Kind::Group => house.group.id.0,
        Kind::Namespace | Kind::Registration | Kind::Choir => 1,
    };
    let who = (guest, "guest".to_owned());
    let claim = Claim::of_known(who, Which::Secret(hash), kind, Some(target));
    let (key, now) = (ActKey::random(), house.world.app.db.now());
    let taken: Result<bool, Fault> = house
        .world
        .app
        .db
        .write(move |conn| Ok(claims::use_up(conn, &claim, &key, guest, now)?.is_some()))
        .await;
    !taken.unwrap()
}

async fn a_link_may_only_ask(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let link = house.link(sort, json!({"admission": "request"})).await;
        assert_eq!(link["admission"], "request");
        let preview = house.preview(secret(&link)).await.json();
        assert_eq!(preview["admission"], "request");
        assert!(is_shut(&house, secret(&link), sort, guest).await, "{sort}");
        let body = json!({"secret": secret(&link)});
        let alone = house.post("/v1/redemptions", guest, body.clone()).await;
        assert_eq!(
            (alone.status, code(&alone).as_str()),
            (409, "admission-by-request")
        );
        let elsewhere = json!({"secret": secret(&link), "target": "chn_77"});
        let elsewhere = house.post("/v1/join-requests", guest, elsewhere).await;
        assert_eq!(elsewhere.json()["errors"][0]["pointer"], "#/target");
        let asked = house.post("/v1/join-requests", guest, body).await;
        assert_eq!(asked.status, 201, "{sort}: {}", asked.body);
        assert_eq!(asked.json()["link"], link["id"]);
        let list = format!("/v1/join-requests?link={}", id(&link));
        let list_of_owner = house.get(&list, house.owner).await.json();
        assert_eq!(list_of_owner["data"], json!([asked.json()]));
        assert_eq!(house.get(&list, guest).await.status, 404);
        let yes = decide(&house, &asked.json(), "approve", house.owner).await;
        assert_eq!(yes.status, 200, "{sort}: {}", yes.body);
        let (settled, _) = house.came_by(id(&link)).await;
        assert_eq!(settled, 0);
    }
    let open = house.link("group", json!({})).await;
    let body = json!({"secret": secret(&open)});
    let lets_in = house.post("/v1/join-requests", guest, body).await;
    assert_eq!(lets_in.json()["errors"][0]["pointer"], "#/secret");
    let body = json!({"secret": "lki_nothing"});
    let nothing = house.post("/v1/join-requests", guest, body).await;
    assert_eq!(code(&nothing), "invitation-not-found");
}

async fn all_of_one_link_are_decided_at_once(backend: Backend) {
    let house = House::new(backend).await;
    for (n, decision) in ["approve", "reject"].iter().enumerate() {
        let link = house.link(SORTS[n], json!({"admission": "request"})).await;
        let mut last = UserId(0);
        for guest in 0..3 {
            last = house.world.users.account(&format!("guest-{n}-{guest}"));
            let body = json!({"secret": secret(&link)});
            let asked = house.post("/v1/join-requests", last, body).await;
            assert_eq!(asked.status, 201, "{}", asked.body);
        }
        house.world.users.lock(last, true);
        let uri = "/v1/join-requests/decide";
        let all = json!({"link": link["id"], "decision": decision});
        let dry = house
            .post(&format!("{uri}?dry_run=true"), house.owner, all.clone())
            .await
            .json();
        assert_eq!(dry["rows"].as_array().unwrap().len(), 3);
        assert_eq!(dry["rows"][0]["outcome"], "would");
        let stranger = house.world.users.account(&format!("stranger-{n}"));
        assert_eq!(house.post(uri, stranger, all.clone()).await.status, 404);
        let done = house.post(uri, house.owner, all.clone()).await.json();
        let outcomes: Vec<&Value> = done["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["outcome"])
            .collect();
        // Who is locked by now comes in nowhere, and hears a no like everybody else.
        let expected = if n == 0 {
            ["approved", "approved", "refused"]
        } else {
            ["rejected"; 3]
        };
        assert_eq!(outcomes, expected);
        let again = house.post(uri, house.owner, all).await.json();
        assert_eq!(again["rows"].as_array().unwrap().len(), usize::from(n == 0));
        assert_eq!(again["are_more"], false);
    }
}

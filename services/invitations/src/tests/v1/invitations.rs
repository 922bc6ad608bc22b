//! Making, listing and showing them.

use actix_web::http::Method;
use actix_web::http::header::{ETAG, LINK, LOCATION};
use latchkey_common::audit::Ask;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, code, id};
use crate::app::ledger::read_audit::read_audit;

both_databases!(
    what_was_said_is_shown,
    everything_wrong_is_told_at_once,
    a_list_goes_on,
    a_list_has_those_of_every_contract,
    those_of_others_are_not_there,
);

async fn what_was_said_is_shown(backend: Backend) {
    let house = House::new(backend).await;
    let body = json!({
        "grants": [{"type": "group", "group": house.group.uuid, "role": "admin"}],
        "max_uses": 10, "expires_in": "P7D",
        "message": "Come", "label": "poster", "note": "in the hall", "reference": "crm-7",
    });
    let made = house.post("/v1/invitations", house.owner, body).await;
    let (address, etag) = (made.header(&LOCATION), made.header(&ETAG));
    let mut json = made.json();
    let opens = json.as_object_mut().unwrap().remove("secret").unwrap();
    assert_eq!(opens["id"], "sec_1");
    let shown = house.get(address, house.owner).await;
    assert_eq!(shown.json(), json);
    assert_eq!(shown.header(&ETAG), etag);
    assert_eq!(json["grants"][0]["role"], "admin");
    assert_eq!(
        json["uses"],
        json!({"most": 10, "taken": 0, "settled": 0, "left": 10})
    );
    for (member, said) in [
        ("message", "Come"),
        ("label", "poster"),
        ("note", "in the hall"),
        ("reference", "crm-7"),
        ("state", "open"),
    ] {
        assert_eq!(json[member], said);
    }
    let known = Some(("if-none-match", etag));
    let again = house
        .send(Method::GET, address, Some(house.owner), None, known)
        .await;
    assert_eq!(again.status, 304);
}

async fn everything_wrong_is_told_at_once(backend: Backend) {
    let house = House::new(backend).await;
    let body = json!({
        "grants": [{"type": "channel", "channel": "grp_1", "permissions": ["write", "fly"]}],
        "audience": {"type": "nobody"},
        "max_uses": 0, "expires_at": "tomorrow", "message": "", "colour": "red",
    });
    let answer = house.post("/v1/invitations", house.owner, body).await;
    assert_eq!(answer.status, 422);
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let told: Vec<&str> = errors
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    let expected = [
        "#/grants/0/channel",
        "#/grants/0/permissions/1",
        "#/audience/type",
        "#/max_uses",
        "#/expires_at",
        "#/message",
        "#/colour",
    ];
    assert_eq!(told, expected);
    let past = json!({"grants": [{"type": "account"}], "expires_at": "2020-01-01T00:00:00Z"});
    let many = json!({"grants": [{"type": "account"}], "max_uses": 10_001});
    let guest = json!({"type": "account", "account": "acc_99"});
    let stranger = json!({"grants": [house.grant("channel")], "audience": guest});
    for (body, pointer) in [
        (past, "#/expires_at"),
        (many, "#/max_uses"),
        (stranger, "#/audience/account"),
    ] {
        let answer = house.post("/v1/invitations", house.owner, body).await;
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
}

fn ids(answer: &Value) -> Vec<String> {
    let data = answer["data"].as_array().unwrap();
    data.iter().map(|one| id(one).to_owned()).collect()
}

async fn a_list_goes_on(backend: Backend) {
    let house = House::new(backend).await;
    for n in 0..5 {
        let label = if n == 3 { "odd" } else { "even" };
        house.link("account", json!({"label": label})).await;
    }
    house.link("channel", json!({})).await;
    let mut seen = Vec::new();
    let mut address = "/v1/invitations?limit=2&label=even".to_owned();
    loop {
        let page = house.get(&address, house.owner).await;
        let json = page.json();
        seen.extend(ids(&json));
        let Some(next) = json["next"].as_str() else {
            assert_eq!(page.header(&LINK), "");
            break;
        };
        assert_eq!(page.header(&LINK), format!("<{next}>; rel=\"next\""));
        address = next
            .strip_prefix("https://chat.example")
            .unwrap()
            .to_owned();
    }
    assert_eq!(seen, ["inv_5", "inv_3", "inv_2", "inv_1"]);
    let target = format!(
        "/v1/invitations?target=chn_{}&order=created_at",
        house.channel
    );
    assert_eq!(
        ids(&house.get(&target, house.owner).await.json()),
        ["inv_6"]
    );
    house
        .post("/v1/invitations/inv_6/revoke", house.owner, json!({}))
        .await;
    let open = house
        .get("/v1/invitations?state=open&limit=200", house.owner)
        .await;
    assert_eq!(ids(&open.json()).len(), 5);
    let ended = house.get("/v1/invitations?state=ended", house.owner).await;
    assert_eq!(ids(&ended.json()), ["inv_6"]);
    let strange = house.get("/v1/invitations?colour=red", house.owner).await;
    assert_eq!(
        (strange.status, code(&strange).as_str()),
        (422, "wrong-input")
    );
}

async fn a_list_has_those_of_every_contract(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    house.world.invite(house.owner).await;
    house
        .world
        .offer(house.owner, house.channel, guest)
        .await
        .unwrap();
    let list = house
        .get("/v1/invitations?order=created_at", house.owner)
        .await
        .json();
    assert_eq!(list["data"][0]["grants"][0]["type"], "account");
    assert_eq!(
        list["data"][1]["audience"]["account"],
        format!("acc_{guest}")
    );
}

async fn those_of_others_are_not_there(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({})).await;
    let stranger = house.world.users.account("stranger");
    let at = format!("/v1/invitations/{}", id(&made));
    for uri in [
        at.clone(),
        format!("{at}/redemptions"),
        format!("{at}/secrets"),
    ] {
        assert_eq!(house.get(&uri, stranger).await.status, 404, "{uri}");
    }
    for uri in [format!("{at}/revoke"), format!("{at}/secrets")] {
        assert_eq!(
            house.post(&uri, stranger, json!({})).await.status,
            404,
            "{uri}"
        );
    }
    let sec = format!("{at}/secrets/sec_1");
    let taken = house
        .send(Method::DELETE, &sec, Some(stranger), None, None)
        .await;
    assert_eq!(taken.status, 404);
    assert_eq!(
        house
            .get("/v1/invitations/inv_99", house.owner)
            .await
            .status,
        404
    );
    assert_eq!(
        house
            .get("/v1/invitations/nothing", house.owner)
            .await
            .status,
        404
    );
    let boss = house.world.users.super_user("boss");
    assert_eq!(house.get(&at, boss).await.status, 200);
    assert_eq!(
        house
            .post(&format!("{at}/revoke"), boss, json!({"reason": "Spam"}))
            .await
            .status,
        200
    );
    let ask = Ask {
        what: Some("invitation-revoked".to_owned()),
        ..Ask::default()
    };
    let told = read_audit(&house.world.app, &ask).await.unwrap().items;
    assert_eq!(told.len(), 1, "what people do to their own is no row");
    assert_eq!(
        (told[0].who_name.as_str(), told[0].way.as_str()),
        ("boss", "v1")
    );
    assert_eq!(told[0].reason.as_deref(), Some("Spam"));
}

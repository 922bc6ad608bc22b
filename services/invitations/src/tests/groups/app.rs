//! What the groups app shows on its screens, beside the requests.

use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::{Groups, ok, refused};

both_databases!(
    a_group_is_of_a_type_and_says_whether_one_is_in,
    open_groups_and_those_one_administers_are_listed,
);

fn names(list: &Value, of: impl Fn(&Value) -> &Value) -> Vec<&str> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| of(row)["name"].as_str().unwrap()).collect()
}

async fn a_group_is_of_a_type_and_says_whether_one_is_in(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, guest) = (
        it.world.users.account("owner"),
        it.world.users.account("guest"),
    );
    let made = it.post(owner, "/group", json!({"name": "Futsal"})).await;
    let made = ok(&made, 201);
    assert_eq!(
        (&made["groupType"], &made["isMember"]),
        (&json!("AMATEUR"), &json!(true))
    );
    let form = json!({"name": "Rubro", "groupType": "ATHLETIC"});
    let made = ok(&it.post(guest, "/group", form).await, 201);
    assert_eq!(made["groupType"], "ATHLETIC");
    // An app asks like this, and is told of itself whatever it says.
    for uri in ["/group", "/group/", "/group/?userId=x"] {
        let list = ok(&it.get(owner, uri).await, 200);
        let shown: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (&row["groupType"], &row["isMember"], &row["isFollowing"]))
            .collect();
        let (yes, no) = (json!(true), json!(false));
        let (amateur, athletic) = (json!("AMATEUR"), json!("ATHLETIC"));
        assert_eq!(shown, [(&amateur, &yes, &no), (&athletic, &no, &no)]);
    }
    assert_eq!(
        ok(&it.get(guest, "/group/futsal").await, 200)["isMember"],
        false
    );
    let kept = ok(
        &it.patch(guest, "/group/rubro", json!({"description": "x"}))
            .await,
        200,
    );
    assert_eq!(kept["groupType"], "ATHLETIC");
    let form = json!({"groupType": "AMATEUR"});
    let edited = ok(&it.patch(guest, "/group/rubro", form).await, 200);
    assert_eq!(
        (&edited["groupType"], &edited["isMember"]),
        (&json!("AMATEUR"), &json!(true))
    );
    for bad in [json!("amateur"), json!(1), json!("")] {
        refused(
            &it.patch(guest, "/group/rubro", json!({"groupType": bad}))
                .await,
            400,
        );
    }
    // Where a group stands in something else it has a type as well.
    let asked = it
        .make(
            guest,
            guest,
            made_id(&it.get(guest, "/group/futsal").await).as_str(),
            "USER",
        )
        .await;
    assert_eq!(
        ok(&it.get(guest, &asked).await, 200)["group"]["groupType"],
        "AMATEUR"
    );
}

fn made_id(answer: &crate::tests::site::Answer) -> String {
    ok(answer, 200)["id"].as_str().unwrap().to_owned()
}

async fn open_groups_and_those_one_administers_are_listed(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, other) = (
        it.world.users.account("owner"),
        it.world.users.account("other"),
    );
    it.group(owner, "Futsal").await;
    let form = json!({"name": "Xadrez", "acceptingNewMembers": false});
    ok(&it.post(owner, "/group", form).await, 201);
    let rugby = it.group(other, "Rugby").await;
    let offer = it.make(other, owner, &rugby, "GROUP").await;
    ok(&it.decide(owner, &offer, "APPROVED").await, 200);

    let open = ok(&it.get(owner, "/group/open").await, 200);
    assert_eq!(names(&open, |row| row), ["Futsal", "Rugby"]);
    let first = it.get(owner, "/group/open?limit=1").await;
    assert_eq!(names(&ok(&first, 200), |row| row), ["Futsal"]);
    assert!(first.headers.contains_key("link"));
    let uri = format!("/member/admin/{}", it.uuid(owner));
    let mine = ok(&it.get(other, &uri).await, 200);
    assert_eq!(names(&mine, |row| &row["group"]), ["Futsal", "Xadrez"]);
    assert_eq!(mine[0]["group"]["groupType"], "AMATEUR");
    refused(
        &it.get(owner, &format!("/member/admin/{}", super::STRANGE))
            .await,
        404,
    );
    refused(&it.get(owner, "/member/admin/x").await, 400);
    // Its name would be a path that lists groups.
    refused(
        &it.post(owner, "/group", json!({"name": "OPEN"})).await,
        400,
    );
}

//! An invitation for several things is answered without its secret, and renewed, as one for one thing is.

use actix_web::http::Method;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::of_all::{Several, given, outcomes};
use crate::tests::v1::house::id;

both_databases!(
    whoever_it_is_for_says_yes_to_all_of_it,
    a_renewed_one_gives_all_of_it,
    an_edit_takes_out_of_several_and_adds_nothing,
);

async fn whoever_it_is_for_says_yes_to_all_of_it(backend: Backend) {
    let several = Several::new(backend).await;
    let house = &several.house;
    let guest = house.world.users.account("guest");
    let wish = json!({
        "grants": [house.grant("channel"), house.grant("group"), house.grant("namespace")],
        "audience": {"type": "account", "account": format!("acc_{guest}")},
    });
    let made = house.post("/v1/invitations", house.owner, wish).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let accept = format!("/v1/invitations/{}/accept", id(&made.json()));
    let came = house.post(&accept, guest, json!({})).await;
    assert_eq!(came.status, 201, "{}", came.body);
    assert_eq!(outcomes(&came.json()), vec![given(); 3]);
    assert_eq!(several.has(guest).await, [true, false, true, true]);
    several.ledger_is_whole().await;
}

async fn a_renewed_one_gives_all_of_it(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several
        .link(json!({"max_uses": 1, "on_lost_right": "refuse"}))
        .await;
    let first = several.come(&made, "first").await;
    assert_eq!(first.status, 201, "{}", first.body);
    let house = &several.house;
    let renew = format!("/v1/invitations/{}/renew", id(&made));
    let renewed = house.post(&renew, house.owner, json!({})).await;
    assert_eq!(renewed.status, 201, "{}", renewed.body);
    for same in ["grants", "on_lost_right"] {
        assert_eq!(renewed.json()[same], made[same], "{same}");
    }
    // What opened the old one opens the new one.
    let second = several.come(&made, "second").await;
    assert_eq!(outcomes(&second.json()), vec![given(); 5]);
    several.ledger_is_whole().await;
}

async fn an_edit_takes_out_of_several_and_adds_nothing(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({})).await;
    let first = several.come(&made, "first").await;
    assert_eq!(outcomes(&first.json()), vec![given(); 5], "{}", first.body);
    let house = &several.house;
    let at = format!("/v1/invitations/{}", id(&made));
    let edit = async |grants: Value| {
        let body = Some(json!({"grants": grants}));
        let any = Some(("if-match", "*"));
        house
            .send(Method::PATCH, &at, Some(house.owner), body, any)
            .await
    };
    let all = made["grants"].as_array().unwrap().clone();
    let mut longer = all.clone();
    longer[3]["role"] = json!("admin");
    for (more, pointer) in [
        (json!([all[0], all[0]]), "#/grants/1"),
        (
            json!([all[0], {"type": "namespace", "namespace": "nsp_4711"}]),
            "#/grants/1",
        ),
        (json!(longer), "#/grants/3"),
        (json!(all[1..]), "#/grants"),
        (json!([]), "#/grants"),
    ] {
        let refused = edit(more.clone()).await;
        assert_eq!(refused.status, 422, "{more}: {}", refused.body);
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{more}");
    }
    let same = house.get(&at, house.owner).await;
    assert_eq!(same.json()["grants"], made["grants"]);
    for left in [3, 1] {
        let fewer = edit(json!(all[..left])).await;
        assert_eq!(fewer.json()["grants"], json!(all[..left]), "{}", fewer.body);
        let came = several.come(&made, &format!("of-{left}")).await;
        assert_eq!(outcomes(&came.json()), vec![given(); left], "{}", came.body);
    }
    // Who came before has what they were given, and that is told.
    let roster = format!("{at}/redemptions?order=created_at");
    let roster = house.get(&roster, house.owner).await.json();
    assert_eq!(outcomes(&roster["data"][0]), vec![given(); 5]);
    several.ledger_is_whole().await;
}

//! What happened to an invitation, as its maker is told it.

use actix_web::http::header::LINK;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::id;
use super::several::of_all::{Several, account};

both_databases!(all_that_happened_is_told_in_order);

fn lines(list: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let data = list["data"].as_array().unwrap().iter();
    data.map(|one| {
        let (event, reason) = (word(&one["event"]), word(&one["reason"]));
        let name = word(&one["username"]);
        let all = [event, name, reason];
        let said: Vec<String> = all.into_iter().filter(|text| !text.is_empty()).collect();
        said.join(" ")
    })
    .collect()
}

async fn all_that_happened_is_told_in_order(backend: Backend) {
    let several = Several::new(backend).await;
    let house = &several.house;
    house.world.users.account("taken");
    let made = several.link(json!({})).await;
    let at = format!("/v1/invitations/{}", id(&made));
    let further = house
        .post(&format!("{at}/secrets"), house.owner, json!({}))
        .await;
    assert_eq!(further.status, 201, "{}", further.body);
    assert_eq!(several.come(&made, "taken").await.status, 409);
    house.world.channels.close(house.channel);
    let came = several.come(&made, "newcomer").await;
    assert_eq!(came.status, 201, "{}", came.body);
    let revoke = format!("{at}/revoke");
    assert_eq!(
        house.post(&revoke, house.owner, json!({})).await.status,
        200
    );

    let history = format!("{at}/history?order=created_at");
    let told = house.get(&history, house.owner).await;
    let expected = [
        "created",
        "secret_made",
        "secret_made",
        "redemption_reserved taken",
        "redemption_released taken",
        "redemption_reserved newcomer",
        "redemption_settled newcomer",
        "grant_dropped newcomer target_closed",
        "revoked taken_back",
    ];
    assert_eq!(lines(&told.json()), expected);
    let newest = house
        .get(&format!("{at}/history?limit=2"), house.owner)
        .await;
    assert_eq!(lines(&newest.json()), [expected[8], expected[7]]);
    assert!(newest.header(&LINK).contains("cursor="), "{}", newest.body);
    let next = newest.json()["next"].as_str().unwrap().to_owned();
    let next = next.split_once("/v1").map(|(_, path)| format!("/v1{path}"));
    let next = house.get(&next.unwrap(), house.owner).await;
    assert_eq!(lines(&next.json()), [expected[6], expected[5]]);
    // Whoever came is told what they got, and not the whole story.
    let who = account(&came.json());
    assert_eq!(house.get(&history, who).await.status, 404);
}

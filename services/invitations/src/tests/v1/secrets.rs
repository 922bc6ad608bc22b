//! Several secrets of one invitation.

use actix_web::http::Method;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::house::{House, SORTS, code, id, secret};

both_databases!(
    each_opens_until_it_is_taken_back,
    a_token_of_the_chat_contract_can_be_taken_back,
    there_are_not_endlessly_many,
);

async fn each_opens_until_it_is_taken_back(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let made = house.link(sort, json!({"max_uses": 4})).await;
        let uri = format!("/v1/invitations/{}/secrets", id(&made));
        let further = house
            .post(&uri, house.owner, json!({"label": "letter"}))
            .await;
        assert_eq!(further.status, 201, "{}", further.body);
        let further = further.json();
        let letter = further["secret"].as_str().unwrap();

        let names = ["a", "b", "c", "d"].map(|name| format!("{sort}-{name}"));
        assert_eq!(
            house.redeem(sort, secret(&made), &names[0]).await.status,
            201
        );
        assert_eq!(house.redeem(sort, letter, &names[1]).await.status, 201);
        let (_, roster) = house.came_by(id(&made)).await;
        let by: Vec<_> = roster.iter().map(|one| one["secret"].clone()).collect();
        assert_eq!(
            by,
            [made["secret"]["id"].clone(), further["id"].clone()],
            "{sort}"
        );

        let first = format!("{uri}/{}", id(&made["secret"]));
        for status in [204, 404] {
            let taken = house
                .send(Method::DELETE, &first, Some(house.owner), None, None)
                .await;
            assert_eq!(taken.status, status);
        }
        let dead = house.redeem(sort, secret(&made), &names[2]).await;
        assert_eq!(
            (dead.status, code(&dead).as_str()),
            (410, "invitation-revoked")
        );
        assert_eq!(
            house.redeem(sort, letter, &names[3]).await.status,
            201,
            "{sort}"
        );

        let listed = house.get(&uri, house.owner).await;
        let data = listed.json()["data"].clone();
        assert_eq!(data.as_array().unwrap().len(), 2);
        assert_eq!(data[1]["label"], "letter");
        assert!(data[0]["revoked_at"].is_string() && data[1]["revoked_at"].is_null());
        assert!(!listed.body.contains("lki_"), "{}", listed.body);
    }
}

async fn a_token_of_the_chat_contract_can_be_taken_back(backend: Backend) {
    let house = House::new(backend).await;
    let issued = house.world.invite(house.owner).await;
    let uri = format!("/v1/invitations/inv_{}/secrets", issued.invitation.id);
    let listed = house.get(&uri, house.owner).await.json();
    let first = format!("{uri}/{}", id(&listed["data"][0]));
    let taken = house
        .send(Method::DELETE, &first, Some(house.owner), None, None)
        .await;
    assert_eq!(taken.status, 204);
    assert!(house.world.sign_up(&issued.token, "John").await.is_err());
    let further = house.post(&uri, house.owner, json!({})).await.json();
    let came = house
        .redeem("account", further["secret"].as_str().unwrap(), "Jane")
        .await;
    assert_eq!(came.status, 201, "{}", came.body);
}

async fn there_are_not_endlessly_many(backend: Backend) {
    let few = ("LATCHKEY_INVITATIONS__SECRETS_PER_INVITATION", "2");
    let house = House::with(backend, &[few]).await;
    let made = house.link("account", json!({})).await;
    let uri = format!("/v1/invitations/{}/secrets", id(&made));
    assert_eq!(house.post(&uri, house.owner, json!({})).await.status, 201);
    let third = house.post(&uri, house.owner, json!({})).await;
    assert_eq!(
        (third.status, code(&third).as_str()),
        (409, "too-many-secrets")
    );
}

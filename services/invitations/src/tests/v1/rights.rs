//! Nobody gives more than they may, at making and at using.

use actix_web::http::Method;
use actix_web::http::header::WWW_AUTHENTICATE;
use latchkey_peers::channels::{Permission, Permissions};
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::house::{House, SORTS, code, id, secret};

both_databases!(
    one_gives_what_one_has,
    whoever_is_locked_lets_nobody_in,
    whoever_left_lets_nobody_in,
    a_token_needs_its_scope,
    a_quota_counts_people,
);

async fn one_gives_what_one_has(backend: Backend) {
    let house = House::new(backend).await;
    let stranger = house.world.users.account("stranger");
    for sort in ["channel", "group", "namespace"] {
        let body = json!({"grants": [house.grant(sort)]});
        let refused = house.post("/v1/invitations", stranger, body).await;
        assert!(
            [403, 422].contains(&refused.status),
            "{sort}: {}",
            refused.body
        );
    }
    let perms = [Permission::Read, Permission::Invite]
        .into_iter()
        .collect::<Permissions>();
    house.world.channels.enter(house.channel, stranger, perms);
    let body = json!({"grants": [house.grant("channel")]});
    let refused = house.post("/v1/invitations", stranger, body).await;
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (403, "grant-not-yours")
    );
    let channel = format!("chn_{}", house.channel);
    let body = json!({"grants": [{"type": "channel", "channel": channel}]});
    assert_eq!(
        house.post("/v1/invitations", stranger, body).await.status,
        201
    );
}

async fn whoever_is_locked_lets_nobody_in(backend: Backend) {
    let house = House::new(backend).await;
    let mut made = Vec::new();
    for sort in SORTS {
        made.push((sort, house.link(sort, json!({"max_uses": 2})).await));
    }
    house.world.users.lock(house.owner, true);
    for (sort, made) in made {
        let refused = house
            .redeem(sort, secret(&made), &format!("{sort}-guest"))
            .await;
        assert_eq!(
            code(&refused),
            "inviter-lost-right",
            "{sort}: {}",
            refused.body
        );
    }
}

async fn whoever_left_lets_nobody_in(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("channel", json!({"max_uses": 2})).await;
    house.world.channels.leave(house.channel, house.owner);
    let refused = house.redeem("channel", secret(&made), "guest").await;
    assert_eq!(code(&refused), "inviter-lost-right", "{}", refused.body);
    let shown = house
        .get(&format!("/v1/invitations/{}", id(&made)), house.owner)
        .await;
    assert_eq!(shown.json()["end_reason"], "inviter_lost_right");
}

async fn a_token_needs_its_scope(backend: Backend) {
    let house = House::new(backend).await;
    let users = &house.world.users;
    let call = async |method: Method, token: &str| {
        let bearer = format!("Bearer {token}");
        let body = (method == Method::POST).then(|| json!({"grants": [{"type": "account"}]}));
        let header = Some(("authorization", bearer.as_str()));
        house
            .send(method, "/v1/invitations", None, body, header)
            .await
    };
    let reads = users.api_token(house.owner, &["invitation:read"]);
    let writes = users.api_token(house.owner, &["invitation:write"]);
    assert_eq!(call(Method::GET, &reads).await.status, 200);
    assert_eq!(call(Method::POST, &writes).await.status, 201);
    let lacks = call(Method::POST, &reads).await;
    assert_eq!(
        (lacks.status, code(&lacks).as_str()),
        (403, "scope-missing")
    );
    let challenge = lacks.header(&WWW_AUTHENTICATE);
    assert!(
        challenge.contains("scope=\"invitation:write\""),
        "{challenge}"
    );
    let unknown = call(Method::GET, &"x".repeat(44)).await;
    assert_eq!(unknown.status, 401);
    let nobody = house
        .send(Method::GET, "/v1/invitations", None, None, None)
        .await;
    assert_eq!(
        (nobody.status, nobody.header(&WWW_AUTHENTICATE)),
        (401, "Bearer")
    );
}

async fn a_quota_counts_people(backend: Backend) {
    let quota = [
        ("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "quota"),
        ("LATCHKEY_INVITATIONS__REGISTRATION_QUOTA", "3"),
        ("LATCHKEY_RATE_LIMITS", "on"),
    ];
    let house = House::with(backend, &quota).await;
    let made = house.link("account", json!({"max_uses": 2})).await;
    let wish = |uses: i64| json!({"grants": [{"type": "account"}], "max_uses": uses});
    let refused = house.post("/v1/invitations", house.owner, wish(2)).await;
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (403, "quota-used-up")
    );
    assert_eq!(
        house.redeem("account", secret(&made), "guest").await.status,
        201
    );
    let uri = format!("/v1/invitations/{}/revoke", id(&made));
    assert_eq!(house.post(&uri, house.owner, json!({})).await.status, 200);
    // One came in; the place of the other is given back.
    assert_eq!(
        house
            .post("/v1/invitations", house.owner, wish(2))
            .await
            .status,
        201
    );
}

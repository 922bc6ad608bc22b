//! Answers about credentials are kept for a moment, and a change is effective all the same: here
//! before it is answered, for another replica within a second.

use std::time::Duration;

use actix_web::test::TestRequest;
use latchkey_common::secret::TokenHash;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::world::World;

both_databases!(
    a_change_is_effective_at_once,
    a_revoked_api_token_is_dead_at_once,
    a_change_of_another_replica_is_effective_within_a_second,
);

async fn is_super_user(world: &World, token: &str) -> Option<bool> {
    let found = world.users.resolve(&TokenHash::of(token)).await.unwrap();
    found.map(|resolved| resolved.caller.is_super_user)
}

async fn a_change_is_effective_at_once(backend: Backend) {
    let world = World::new(backend);
    for name in ["John11", "other"] {
        world.account(name).await;
        world.operate("promote", json!({"username": name})).await;
    }
    let token = world.log_in("John11").await;
    assert_eq!(is_super_user(&world, &token).await, Some(true));
    world.operate("demote", json!({"username": "John11"})).await;
    assert_eq!(is_super_user(&world, &token).await, Some(false));
    world.operate("lock", json!({"username": "John11"})).await;
    assert_eq!(is_super_user(&world, &token).await, None);
}

async fn a_revoked_api_token_is_dead_at_once(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let session = world.log_in("John11").await;
    let wish = json!({"name": "my laptop", "scopes": ["invite:read"]});
    let made = world.post("/api/user/tokens", Some(&session), wish).await;
    let (id, token) = (made.json()["tokenId"].clone(), made.json()["token"].clone());
    let hash = TokenHash::of(token.as_str().unwrap());
    for _ in 0..2 {
        let found = world.users.resolve_api_token(&hash).await.unwrap();
        assert_eq!(found.unwrap().username, "John11");
    }
    let path = format!("/api/user/tokens/{id}");
    world.delete(&path, Some(&session)).await;
    assert_eq!(world.users.resolve_api_token(&hash).await.unwrap(), None);
}

async fn a_change_of_another_replica_is_effective_within_a_second(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    assert_eq!(is_super_user(&world, &token).await, Some(false));

    let logout = TestRequest::post()
        .uri("/api/user/logout")
        .insert_header(("cookie", format!("t={token}")))
        .set_json(json!({}));
    let answer = world.ask(&world.replica(), logout).await;
    answer.assert_empty_success();
    world.advance(Duration::from_secs(1));
    assert_eq!(is_super_user(&world, &token).await, None);
}

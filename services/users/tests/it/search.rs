//! `/api/user/search`

use actix_web::http::StatusCode;
use latchkey_testing::{Backend, both_databases};
use serde_json::Value;

use crate::world::World;

both_databases!(parts_of_names_are_found, long_lists_are_cut);

async fn found(world: &World, token: &str, query: &str) -> Vec<String> {
    let answer = world
        .get(&format!("/api/user/search?{query}"), Some(token))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    let users = answer.json()["users"].as_array().unwrap().clone();
    let name = |user: &Value| user["username"].as_str().unwrap().to_owned();
    users.iter().map(name).collect()
}

async fn parts_of_names_are_found(backend: Backend) {
    let world = World::new(backend);
    for name in ["John Doe", "johnny", "half 50_", "half 500", "Straße 7"] {
        world.account(name).await;
    }
    let token = world.log_in("John Doe").await;
    assert_eq!(
        found(&world, &token, "username=JOHN").await,
        ["John Doe", "johnny"]
    );
    assert_eq!(
        found(&world, &token, "username=oh").await,
        ["John Doe", "johnny"]
    );
    assert_eq!(found(&world, &token, "username=50_").await, ["half 50_"]);
    assert_eq!(
        found(&world, &token, "username=strasse").await,
        ["Straße 7"]
    );
    assert!(found(&world, &token, "username=%25").await.is_empty());
    assert!(found(&world, &token, "username=%5C").await.is_empty());
    assert_eq!(found(&world, &token, "username=").await.len(), 5);
    for bad in [
        "",
        "?user=x",
        "?username=a&username=b",
        "?username=%00",
        "?username=a&limit=0",
    ] {
        let answer = world
            .get(&format!("/api/user/search{bad}"), Some(&token))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let answer = world.get("/api/user/search?username=john", None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

async fn long_lists_are_cut(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_LISTS__CEILING", "3")]);
    for n in 0..5 {
        world.account(&format!("number {n}")).await;
    }
    let token = world.log_in("number 0").await;
    let first = world
        .get("/api/user/search?username=number", Some(&token))
        .await;
    assert_eq!(first.json()["users"].as_array().unwrap().len(), 3);
    let link = first
        .headers
        .get("link")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert!(link.ends_with("; rel=\"next\""), "{link}");
    let query = link.split(['?', '>']).nth(1).unwrap();
    assert_eq!(found(&world, &token, query).await, ["number 3", "number 4"]);
    let second = world
        .get(&format!("/api/user/search?{query}"), Some(&token))
        .await;
    assert!(second.headers.get("link").is_none());
    assert_eq!(
        found(&world, &token, "username=number&limit=1").await,
        ["number 0"]
    );
}

//! Credentials for the other contracts: made, shown once, good in their contract alone, dead at once.

mod ends;
mod signed;
mod signing_keys;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use actix_web::web::{self, Data, resource};
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::auth::jwt::{IssuerSettings, TokenKind, Verifier};
use latchkey_common::auth::{ApiToken, Refused, Scope, TokenAuthority, Who, token_authority_data};
use latchkey_common::secret::TokenHash;
use latchkey_common::server::Mount;
use latchkey_contracts::discord::Rds;
use latchkey_contracts::groups::Bearer;
use latchkey_contracts::namespaces::scopes::{InviteDelete, InviteRead};
use latchkey_peers::users::{UserView, UsersApi};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use crate::world::{Answer, World};

both_databases!(
    api_tokens_are_shown_once_listed_and_revoked,
    bad_wishes_for_tokens_are_refused,
    the_quota_holds_in_a_race,
    scopes_are_needed,
    a_token_tells_whose_it_is,
);

/// A contract that answers refusals with statuses of its own.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
struct Status(u16);

impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        Self(match refused {
            Refused::NoSession => 459,
            Refused::Missing => 460,
            Refused::Invalid => 461,
            Refused::Scope(_) => 462,
            Refused::Fault(_) => 500,
        })
    }
}

impl ResponseError for Status {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0).unwrap()
    }
}

async fn scoped<S: Scope>(caller: Who<ApiToken<S>, Status>) -> HttpResponse {
    HttpResponse::Ok().body(caller.0.username)
}

async fn signed_as<K: TokenKind>(caller: Who<K, Status>) -> HttpResponse {
    HttpResponse::Ok().body(caller.0.username)
}

fn contracts(world: &World) -> Mount {
    let authority: Arc<dyn TokenAuthority> = Arc::<dyn UsersApi>::clone(&world.users);
    let clock = world.edge.clock().clone();
    let own = IssuerSettings::default();
    let bearers = Verifier::<Bearer>::new(Arc::clone(&authority), clock.clone(), &own).unwrap();
    let rdss = Verifier::<Rds>::new(Arc::clone(&authority), clock, &own).unwrap();
    let (bearers, rdss) = (Data::new(bearers), Data::new(rdss));
    Arc::new(move |config| {
        config
            .app_data(token_authority_data(Arc::clone(&authority)))
            .app_data(bearers.clone())
            .app_data(rdss.clone())
            .service(resource("/read").route(web::get().to(scoped::<InviteRead>)))
            .service(resource("/delete").route(web::get().to(scoped::<InviteDelete>)))
            .service(resource("/bearer").route(web::get().to(signed_as::<Bearer>)))
            .service(resource("/rds").route(web::get().to(signed_as::<Rds>)));
    })
}

/// The status of a contract's path with this credential in both places.
async fn status(world: &World, path: &str, token: &str) -> u16 {
    let request = TestRequest::get()
        .uri(path)
        .insert_header(("authorization", format!("bearer {token}")))
        .insert_header(("cookie", format!("x=y; rds-session={token}; t={token}")));
    world
        .ask(&[contracts(world)], request)
        .await
        .status
        .as_u16()
}

async fn make(world: &World, session: &str, scopes: &[&str]) -> Answer {
    let wish = json!({"name": "my laptop", "scopes": scopes});
    world.post("/api/user/tokens", Some(session), wish).await
}

async fn signed(world: &World, session: &str, kind: &str) -> String {
    let wish = json!({"kind": kind});
    let answer = world.post("/api/user/token", Some(session), wish).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json());
    let token = text(&answer.json()["token"]);
    if kind == "rds-session" {
        assert_eq!(answer.cookie("rds-session"), Some(token.clone()));
        let line = answer.set_cookie().unwrap();
        assert!(
            line.contains("HttpOnly") && line.contains("SameSite=Lax"),
            "{line}"
        );
        assert!(
            line.contains("Path=/") && line.contains("Max-Age=2592000"),
            "{line}"
        );
    }
    token
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn api_tokens_are_shown_once_listed_and_revoked(backend: Backend) {
    let world = World::new(backend);
    let [john, jane] = [person(&world, "John").await, person(&world, "Jane").await];
    let made = make(
        &world,
        &john,
        &["invite:write", "invite:read", "invite:read"],
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    let made = made.json();
    assert_eq!(made["scopes"], json!(["invite:read", "invite:write"]));
    assert_eq!(made["name"], "my laptop");
    let token = text(&made["token"]);
    let list = async |session: &str| world.get("/api/user/tokens", Some(session)).await;
    let shown = list(&john).await.json();
    assert_eq!(
        shown,
        json!({"tokens": [{
            "tokenId": made["tokenId"], "name": "my laptop", "scopes": made["scopes"],
            "createdAt": made["createdAt"], "lastUsedAt": null, "expiresAt": made["expiresAt"],
        }]})
    );
    assert_eq!(status(&world, "/read", &token).await, 200);
    assert!(list(&john).await.json()["tokens"][0]["lastUsedAt"].is_i64());
    assert_eq!(list(&jane).await.json(), json!({"tokens": []}));

    let path = format!("/api/user/tokens/{}", made["tokenId"]);
    let foreign = world.delete(&path, Some(&jane)).await;
    assert_eq!(foreign.problem(), "api-token-not-found");
    assert_eq!(status(&world, "/read", &token).await, 200);
    world
        .delete(&path, Some(&john))
        .await
        .assert_empty_success();
    assert_eq!(status(&world, "/read", &token).await, 461);
    let again = world.delete(&path, Some(&john)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let text = serde_json::to_string(&list(&john).await.json()).unwrap();
    assert!(!text.contains(&token));
}

async fn person(world: &World, name: &str) -> String {
    world.account(name).await;
    world.log_in(name).await
}

async fn bad_wishes_for_tokens_are_refused(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    for wish in [
        json!({}),
        json!({"name": "x"}),
        json!({"scopes": ["invite:read"]}),
        json!({"name": "", "scopes": ["invite:read"]}),
        json!({"name": " x", "scopes": ["invite:read"]}),
        json!({"name": "x".repeat(65), "scopes": ["invite:read"]}),
        json!({"name": 5, "scopes": ["invite:read"]}),
        json!({"name": "x", "scopes": []}),
        json!({"name": "x", "scopes": "invite:read"}),
        json!({"name": "x", "scopes": ["invite:fly"]}),
        json!({"name": "x", "scopes": ["invite"]}),
        json!({"name": "x", "scopes": ["invite:read,write"]}),
        json!({"name": "x", "scopes": [null]}),
    ] {
        let answer = world
            .post("/api/user/tokens", Some(&john), wish.clone())
            .await;
        assert_eq!(answer.problem(), "invalid-request-parameters", "{wish}");
    }
    for wish in [
        json!({}),
        json!({"kind": "t"}),
        json!({"kind": null}),
        json!({"kind": 1}),
    ] {
        let answer = world
            .post("/api/user/token", Some(&john), wish.clone())
            .await;
        assert_eq!(answer.problem(), "invalid-request-parameters", "{wish}");
    }
    let paths = ["/api/user/tokens", "/api/user/token"];
    for path in paths {
        assert_eq!(
            world.post(path, None, json!({})).await.problem(),
            "unauthorized"
        );
    }
    let answer = world.delete("/api/user/tokens/x", Some(&john)).await;
    assert_eq!(answer.problem(), "invalid-request-parameters");
    let tokens = world.get("/api/user/tokens", Some(&john)).await.json();
    assert_eq!(tokens, json!({"tokens": []}));
}

async fn a_token_tells_whose_it_is(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let made = make(&world, &john, &["invite:read"]).await.json();
    let token = TokenHash::of(made["token"].as_str().unwrap());
    // A changed address is told of at once, although the answer before it was kept.
    for email in [None, Some("john@example.org"), None] {
        let wish = json!({"username": "John", "email": email});
        let set = world.operate("set-email", wish).await;
        assert_eq!(set.status, StatusCode::OK, "{:?}", set.json());
        let caller = world
            .users
            .resolve_api_token(&token)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(caller.email.as_deref(), email);
        let by_id = world.users.by_ids(vec![caller.user]).await.unwrap();
        assert_eq!(by_id, [UserView::from(caller)]);
    }
}

async fn the_quota_holds_in_a_race(backend: Backend) {
    let env = [
        ("LATCHKEY_RATE_LIMITS", "on"),
        ("LATCHKEY_USERS__API_TOKENS_PER_USER", "5"),
    ];
    let world = World::with(backend, &env);
    let john = person(&world, "John").await;
    let answers = race(12, |_| make(&world, &john, &["invite:read"])).await;
    let made = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(made.count(), 5);
    let refused = answers
        .iter()
        .filter(|answer| answer.problem() == "too-many-api-tokens");
    assert_eq!(refused.count(), 7);
}

async fn scopes_are_needed(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let token = async |scopes: &[&str]| text(&make(&world, &john, scopes).await.json()["token"]);
    let some = token(&["invite:read"]).await;
    assert_eq!(status(&world, "/read", &some).await, 200);
    assert_eq!(status(&world, "/delete", &some).await, 462);
    let wish = json!({"username": "JOHN", "scopes": "invite:read,delete", "name": "cli"});
    let made = world.operate("api-token", wish).await.json();
    assert_eq!(status(&world, "/delete", &text(&made["token"])).await, 200);
    let wish = json!({"username": "John", "scopes": "", "name": "cli"});
    let made = world.operate("api-token", wish).await.json();
    assert_eq!(status(&world, "/read", &text(&made["token"])).await, 462);
    for wish in [
        json!({"username": "John", "scopes": "invite:fly", "name": "cli"}),
        json!({"username": "John", "scopes": " , ", "name": "cli"}),
        json!({"username": "John", "scopes": "", "name": ""}),
    ] {
        let answer = world.operate("api-token", wish).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

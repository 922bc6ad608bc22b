use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpResponse};

use super::*;
use crate::clock::Millis;
use crate::secret::Secret;
use crate::wire::input::{Json, Query};
use crate::wire::plain::Plain;

const GOOD: &str = "iyKaI1tAIqM033hDAGXuyJo4ZPPRpFrEiXOFr6jUwfI=";

/// Knows one token, and counts how often it was asked.
struct Knows(AtomicUsize);

#[async_trait]
impl SessionAuthority for Knows {
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault> {
        self.0.fetch_add(1, Ordering::Relaxed);
        // A database takes its time; the body is read long before.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok((*token == TokenHash::of(GOOD)).then(|| Resolved {
            caller: Caller {
                user: UserId(7),
                username: "John".to_owned(),
                uuid: "u".to_owned(),
                created_at: Millis(0),
                session: SessionId(1),
                is_super_user: false,
            },
            renewed: false,
            latest: None,
        }))
    }
}

#[derive(serde::Deserialize)]
struct Input {
    name: String,
}

async fn handler(
    caller: Who<Session, Plain>,
    _: Query<Vec<(String, String)>, Plain>,
    input: Json<Input, Plain>,
) -> HttpResponse {
    HttpResponse::Ok().body(format!("{} {}", caller.user, input.name))
}

async fn statuses(requests: Vec<TestRequest>) -> (Vec<u16>, usize) {
    let knows = Arc::new(Knows(AtomicUsize::new(0)));
    let authority: Arc<dyn SessionAuthority> = Arc::<Knows>::clone(&knows);
    let app = init_service(
        App::new()
            .app_data(authority_data(authority))
            .route("/", web::post().to(handler)),
    )
    .await;
    let mut statuses = Vec::new();
    for request in requests {
        let answer = call_service(&app, request.to_request()).await;
        statuses.push(answer.status().as_u16());
    }
    (statuses, knows.0.load(Ordering::Relaxed))
}

fn good_body() -> TestRequest {
    TestRequest::post()
        .insert_header(("content-type", "application/json"))
        .set_payload(r#"{"name": "x"}"#)
}

#[actix_web::test]
async fn the_first_cookie_named_t_counts() {
    let good = format!("t={GOOD}");
    let (answers, _) = statuses(vec![
        good_body().insert_header(("cookie", good.clone())),
        good_body().insert_header(("cookie", format!("a=b; {good}; t=other"))),
        good_body()
            .append_header(("cookie", "x=1"))
            .append_header(("cookie", good.clone())),
        good_body().insert_header(("cookie", format!("t=other; {good}"))),
    ])
    .await;
    assert_eq!(answers, [200, 200, 200, 401]);
}

#[actix_web::test]
async fn a_bearer_token_counts_where_there_is_no_cookie() {
    let bearer = format!("Bearer {GOOD}");
    let dead = GOOD.replace('i', "j");
    let shown = |header: &str| good_body().insert_header(("authorization", header));
    let (answers, _) = statuses(vec![
        shown(&bearer),
        shown(&format!("bearer {GOOD}")),
        shown(&bearer).insert_header(("cookie", "t=; a=b")),
        shown(&format!("Bearer {dead}")).insert_header(("cookie", format!("t={GOOD}"))),
        shown("Basic eDp5").insert_header(("cookie", format!("t={GOOD}"))),
        shown(&bearer).insert_header(("cookie", format!("t={dead}"))),
        shown(&format!("Bearer {dead}")),
        shown(GOOD),
        shown(&format!("Basic {GOOD}")),
        shown(&bearer).append_header(("authorization", bearer.clone())),
    ])
    .await;
    assert_eq!(answers, [200, 200, 200, 200, 200, 401, 401, 401, 401, 401]);
}

#[actix_web::test]
async fn garbage_is_no_session_and_asks_nobody() {
    let mut requests = vec![good_body()];
    for cookie in [
        "",
        "t",
        "t=",
        ";;;",
        "=",
        "t=\"\"",
        "t=%00",
        "T=x",
        "t=short",
        "tt=x",
        "t=iyKaI1tAIqM033hDAGXuyJo4ZPPRpFrEiXOFr6jUwf!=",
        "t=iyKaI1tAIqM033hDAGXuyJo4ZPPRpFrEiXOFr6jUwfI==",
    ] {
        requests.push(good_body().insert_header(("cookie", cookie)));
    }
    let bytes = actix_web::http::header::HeaderValue::from_bytes(b"t=\xff\xfe").unwrap();
    requests.push(good_body().insert_header(("cookie", bytes)));
    requests.push(good_body().insert_header(("cookie", "t=".to_owned() + &"x".repeat(9_000))));
    let (answers, asked) = statuses(requests).await;
    assert!(answers.iter().all(|status| *status == 401), "{answers:?}");
    assert_eq!(asked, 0);
}

#[actix_web::test]
async fn no_session_wins_against_bad_input() {
    let unknown = format!("t={}", GOOD.replace('i', "j"));
    let bad = || TestRequest::post().set_payload("{");
    let (answers, asked) = statuses(vec![
        bad().insert_header(("cookie", unknown)),
        bad(),
        bad()
            .uri("/?a=%00")
            .insert_header(("cookie", format!("t={GOOD}"))),
        bad().insert_header(("cookie", format!("t={GOOD}"))),
    ])
    .await;
    assert_eq!(answers, [401, 401, 400, 400]);
    assert_eq!(asked, 3);
}

#[test]
fn cookies_say_what_the_contract_says() {
    let settings = CookieSettings {
        life: Duration::from_hours(168),
        secure: true,
    };
    let cookie = session_cookie(settings, Millis(0), &Secret::new(GOOD)).to_string();
    assert!(cookie.starts_with(&format!("t={GOOD}; ")), "{cookie}");
    for part in [
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
        "Path=/",
        "Max-Age=604800",
        "Expires=Thu, 08 Jan 1970 00:00:00 GMT",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!clear_cookie().to_string().contains("Secure"));
}

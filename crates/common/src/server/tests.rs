use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, try_call_service};
use async_trait::async_trait;

mod doors;
mod life;
mod origins;
mod stop;

use super::*;
use crate::auth::{
    Caller, Resolved, Session, SessionAuthority, SessionId, UserId, Who, authority_data,
};
use crate::clock::{Clock, Millis};
use crate::config::Settings;
use crate::secret::TokenHash;
use crate::wire::input::Json;
use crate::wire::plain::Plain;

type SignedIn = Who<Session, Plain>;

const TOKEN: &str = "t=iyKaI1tAIqM033hDAGXuyJo4ZPPRpFrEiXOFr6jUwfI=";

fn edge(pairs: &[(&str, &str)]) -> Edge {
    let base = [
        ("LATCHKEY_LISTEN", "127.0.0.1:0"),
        ("LATCHKEY_INTERNAL_LISTEN", "127.0.0.1:0"),
        ("LATCHKEY_SERVER__WORKERS", "1"),
    ];
    let env = base.iter().chain(pairs);
    let env = env.map(|(name, value)| ((*name).into(), (*value).into()));
    let settings = Settings::load(&[], None, env).unwrap();
    Edge::new(settings.edge().unwrap(), Clock::default())
}

struct Everybody;

#[async_trait]
impl SessionAuthority for Everybody {
    async fn resolve(&self, _: &TokenHash) -> Result<Option<Resolved>, Fault> {
        Ok(Some(Resolved {
            caller: Caller {
                user: UserId(1),
                username: "John".to_owned(),
                uuid: String::new(),
                created_at: Millis(0),
                session: SessionId(1),
                is_super_user: false,
            },
            renewed: true,
            latest: None,
        }))
    }
}

#[derive(serde::Deserialize)]
struct Input {
    name: String,
}

async fn nap(length: Duration) -> &'static str {
    tokio::time::sleep(length).await;
    "rested"
}

fn routes() -> Mount {
    fn at(path: &str, route: actix_web::Route) -> actix_web::Resource {
        web::resource(path).route(route)
    }
    Arc::new(|config| {
        config
            .app_data(authority_data(Arc::new(Everybody)))
            .service(at("/me", web::get().to(async |me: SignedIn| me.0.username)))
            .service(at(
                "/change",
                web::post().to(async || HttpResponse::Ok().finish()),
            ))
            .service(at(
                "/json",
                web::post().to(async |input: Json<Input, Plain>| input.0.name),
            ))
            .service(at(
                "/both",
                web::post().to(async |_: SignedIn, _: Json<Input, Plain>| "both"),
            ))
            .service(at(
                "/slow",
                web::get().to(async || nap(Duration::from_secs(5)).await),
            ))
            .service(at(
                "/nap",
                web::get().to(async || nap(Duration::from_millis(400)).await),
            ))
            .service(at(
                "/panic",
                web::get().to(async || -> &'static str { panic!("on purpose") }),
            ))
            .service(at("/live", web::get().to(live)))
            .service(at(
                "/address",
                web::get().to(async |ClientAddress(address): ClientAddress| address.to_string()),
            ));
    })
}

async fn live(edge: web::Data<Edge>) -> HttpResponse {
    let stop = edge.stop_handle();
    HttpResponse::Ok().streaming(futures_util::stream::unfold(
        (stop, false),
        |(stop, begun)| async move {
            if begun {
                stop.cancelled().await;
                return None;
            }
            Some((
                Ok::<_, actix_web::Error>(web::Bytes::from_static(b":\n\n")),
                (stop, true),
            ))
        },
    ))
}

async fn send(edge: &Edge, request: TestRequest) -> (u16, HeaderMap) {
    let app = init_service(app(&[routes()], edge)).await;
    let answer = call_service(&app, request.to_request()).await;
    (answer.status().as_u16(), answer.headers().clone())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn every_answer_is_hardened_and_has_an_id() {
    let (status, headers) = send(
        &edge(&[]),
        TestRequest::get()
            .uri("/me")
            .insert_header(("cookie", TOKEN))
            .insert_header(("x-request-id", "mine-1")),
    )
    .await;
    assert_eq!(status, 200);
    assert_eq!(text(&headers, "x-request-id"), "mine-1");
    assert_eq!(text(&headers, "x-content-type-options"), "nosniff");
    assert_eq!(text(&headers, "cache-control"), "no-store");
    assert!(text(&headers, "content-security-policy").starts_with("default-src 'none'"));
    let (status, headers) = send(&edge(&[]), TestRequest::post().uri("/change")).await;
    assert_eq!(status, 200);
    assert!(
        !headers.contains_key("content-type"),
        "an empty success has no type"
    );
}

#[actix_web::test]
async fn a_renewed_session_gets_its_cookie_again() {
    let me = || TestRequest::get().uri("/me");
    let (_, headers) = send(&edge(&[]), me().insert_header(("cookie", TOKEN))).await;
    let cookie = text(&headers, "set-cookie");
    assert!(
        cookie.starts_with(TOKEN) && cookie.contains("Max-Age=604800"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure"));
    let https = edge(&[("LATCHKEY_PUBLIC_URL", "https://chat.example")]);
    let (_, headers) = send(&https, me().insert_header(("cookie", TOKEN))).await;
    assert!(text(&headers, "set-cookie").contains("; Secure"));
    let (status, headers) = send(&https, me()).await;
    assert_eq!(status, 401);
    let cookie = text(&headers, "set-cookie");
    assert!(
        cookie.starts_with("t=;") && cookie.contains("; Secure"),
        "{cookie}"
    );
}

#[actix_web::test]
async fn unknown_paths_and_wrong_methods_are_problems() {
    let (status, headers) = send(&edge(&[]), TestRequest::get().uri("/nothing")).await;
    assert_eq!(
        (status, text(&headers, "content-type")),
        (404, "application/problem+json")
    );
    for uri in ["/me", "/change", "/json"] {
        let (status, headers) = send(&edge(&[]), TestRequest::delete().uri(uri)).await;
        assert_eq!(
            (status, text(&headers, "content-type")),
            (405, "application/problem+json"),
            "{uri}"
        );
        assert!(!text(&headers, "allow").is_empty(), "{uri}");
    }
}

#[actix_web::test]
async fn slow_and_broken_handlers_are_answered() {
    let edge = edge(&[("LATCHKEY_SERVER__REQUEST_TIMEOUT_SECONDS", "1")]);
    let app = init_service(app(&[routes()], &edge)).await;
    for (uri, status) in [("/slow", 503), ("/panic", 500)] {
        let request = TestRequest::get().uri(uri).to_request();
        let error = try_call_service(&app, request).await.err().unwrap();
        let answer = error.error_response();
        assert_eq!(answer.status(), status);
        assert_eq!(
            text(answer.headers(), "content-type"),
            "application/problem+json"
        );
        assert_eq!(text(answer.headers(), "x-content-type-options"), "nosniff");
        assert!(answer.headers().contains_key("x-request-id"));
    }
}

#[actix_web::test]
async fn a_client_does_not_say_how_long_it_is_worked_for() {
    let app = init_service(app(&[routes()], &edge(&[]))).await;
    for header in ["x-latchkey-deadline-ms", "X-LATCHKEY-Deadline-Ms"] {
        let request = TestRequest::get().uri("/nap").insert_header((header, "1"));
        let answer = call_service(&app, request.to_request()).await;
        assert_eq!(answer.status(), 200);
    }
}

/// Whoever owns `/own` speaks plain words.
static OWN: Contract = Contract {
    name: "own",
    document: Some("{}"),
    paths: Paths::Roots(&[Root::Below("/own")]),
    beside: &[],
    guards_strangers: false,
    refuse: |method, refusal| {
        let (status, words) = match refusal {
            Refusal::ForeignPage(foreign) => (403, foreign.sentence()),
            Refusal::NoSuchPath => (404, "nothing".to_owned()),
            Refusal::WrongMethod => (405, "method".to_owned()),
            Refusal::Trouble(Fault::Unavailable { .. }) => (503, "slow".to_owned()),
            Refusal::Trouble(_) => (500, "broken".to_owned()),
        };
        HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap())
            .content_type("text/plain")
            .body(format!("{method} {words}"))
    },
    page: |_, refusal| Err(refusal),
};

#[actix_web::test]
async fn a_contract_refuses_in_its_own_words() {
    let edge = edge(&[("LATCHKEY_SERVER__REQUEST_TIMEOUT_SECONDS", "1")]);
    let slow = get(async || nap(Duration::from_secs(5)).await);
    let both = slow.put(async || -> &'static str { panic!("on purpose") });
    let own = publish(vec![Sitemap::of(&OWN, [("/own/thing", both)])], &edge);
    let app = init_service(app(&[own.unwrap(), routes()], &edge)).await;
    let ask = async |request: TestRequest| {
        let (status, body) = match try_call_service(&app, request.to_request()).await {
            Ok(answer) => (answer.status(), answer.into_body()),
            Err(error) => {
                let answer = error.error_response();
                (answer.status(), answer.into_body())
            }
        };
        let body = actix_web::body::to_bytes(body).await.unwrap();
        (status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
    };
    let foreign = || {
        TestRequest::delete()
            .uri("/own/thing")
            .insert_header(("origin", "https://evil.example"))
    };
    let signed_in = foreign().insert_header(("cookie", TOKEN));
    let (status, words) = ask(signed_in).await;
    let parts = [
        "DELETE ",
        "https://evil.example",
        "http://127.0.0.1:0",
        "allowed_origins",
    ];
    assert_eq!(status, 403);
    assert!(parts.iter().all(|part| words.contains(part)), "{words}");
    let disguised = foreign().uri("/%6fwn/thing");
    assert_eq!(ask(disguised).await, (405, "DELETE method".to_owned()));
    assert_eq!(ask(foreign()).await, (405, "DELETE method".to_owned()));
    for (request, status, words) in [
        (TestRequest::get().uri("/own/thing/x"), 404, "GET nothing"),
        (TestRequest::get().uri("/own"), 404, "GET nothing"),
        // Spelled in another way it is the same path, to the router and here.
        (TestRequest::get().uri("/%6fwn/x"), 404, "GET nothing"),
        (
            TestRequest::post().uri("/o%77n/%74hing"),
            405,
            "POST method",
        ),
        (TestRequest::post().uri("/own/thing"), 405, "POST method"),
        (TestRequest::get().uri("/own/thing"), 503, "GET slow"),
        (TestRequest::put().uri("/own/thing"), 500, "PUT broken"),
    ] {
        assert_eq!(ask(request).await, (status, words.to_owned()));
    }
    // What only begins with the same letters is not theirs, nor what the router reads so.
    for other in ["/owner", "/own%65r", "/own%2fthing"] {
        let (status, body) = ask(TestRequest::get().uri(other)).await;
        assert!(
            status == 404 && body.contains("/v1/problems/no-such-path"),
            "{body}"
        );
    }
    let described = TestRequest::get().uri("/openapi/own.json");
    assert_eq!(ask(described).await, (200, "{}".to_owned()));
}

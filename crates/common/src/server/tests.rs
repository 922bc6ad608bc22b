use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, try_call_service};
use async_trait::async_trait;
use tokio::sync::oneshot;

use super::*;
use crate::auth::{
    Caller, Resolved, SessionAuthority, SessionId, SignedIn, UserId, authority_data,
};
use crate::clock::Clock;
use crate::config::Settings;
use crate::jobs::Stop;
use crate::secret::TokenHash;
use crate::wire::chat::ChatJson;

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
                session: SessionId(1),
                is_super_user: false,
            },
            renewed: true,
        }))
    }
}

#[derive(serde::Deserialize)]
struct Input {
    name: String,
}

fn routes() -> Mount {
    Arc::new(|config| {
        config
            .app_data(authority_data(Arc::new(Everybody)))
            .route(
                "/me",
                web::get().to(async |SignedIn(me): SignedIn| me.username),
            )
            .service(
                web::resource("/change")
                    .route(web::post().to(async || HttpResponse::Ok().finish())),
            )
            .route(
                "/json",
                web::post().to(async |ChatJson(input): ChatJson<Input>| input.name),
            )
            .route(
                "/slow",
                web::get().to(async || {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    "done"
                }),
            )
            .route(
                "/nap",
                web::get().to(async || {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                    "rested"
                }),
            )
            .route(
                "/panic",
                web::get().to(async || -> &'static str { panic!("on purpose") }),
            )
            .route("/live", web::get().to(live))
            .route(
                "/address",
                web::get().to(async |ClientAddress(address): ClientAddress| address.to_string()),
            );
    })
}

#[expect(clippy::unused_async, reason = "a handler is async")]
async fn live(edge: web::Data<Edge>) -> HttpResponse {
    let stop: Stop = edge.stop_handle();
    HttpResponse::Ok().streaming(futures_util::stream::unfold(
        (stop, false),
        |(mut stop, begun)| async move {
            if begun {
                stop.requested().await;
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
async fn foreign_pages_change_nothing() {
    let edge = edge(&[
        ("LATCHKEY_PUBLIC_URL", "https://chat.example"),
        ("LATCHKEY_ALLOWED_ORIGINS", "http://localhost:5000"),
    ]);
    let status = async |origin: Option<&str>, host: &str, cookie: bool| {
        let mut request = TestRequest::post()
            .uri("/change")
            .insert_header(("host", host));
        if let Some(origin) = origin {
            request = request.insert_header(("origin", origin));
        }
        if cookie {
            request = request.insert_header(("cookie", TOKEN));
        }
        send(&edge, request).await.0
    };
    assert_eq!(status(None, "h:1", true).await, 200);
    assert_eq!(status(Some("http://h:1"), "h:1", true).await, 200);
    assert_eq!(status(Some("https://h"), "H:443", true).await, 200);
    assert_eq!(status(Some("https://chat.example"), "h:1", true).await, 200);
    assert_eq!(
        status(Some("http://localhost:5000"), "h:1", true).await,
        200
    );
    for foreign in [
        "https://evil.example",
        "null",
        "http://h:2",
        "https://chat.example.evil",
        "h:1",
        "",
    ] {
        assert_eq!(status(Some(foreign), "h:1", true).await, 403, "{foreign}");
        assert_eq!(status(Some(foreign), "h:1", false).await, 200, "{foreign}");
    }
}

#[actix_web::test]
async fn allowed_origins_get_cors_answers() {
    let edge = edge(&[("LATCHKEY_ALLOWED_ORIGINS", "http://localhost:5000")]);
    let preflight = |origin| {
        TestRequest::default()
            .method(actix_web::http::Method::OPTIONS)
            .uri("/change")
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "POST"))
    };
    let (status, headers) = send(&edge, preflight("http://localhost:5000")).await;
    assert_eq!(status, 204);
    assert_eq!(
        text(&headers, "access-control-allow-origin"),
        "http://localhost:5000"
    );
    assert_eq!(text(&headers, "access-control-allow-credentials"), "true");
    let (status, headers) = send(&edge, preflight("http://localhost:5001")).await;
    assert_eq!(status, 405);
    assert!(!headers.contains_key("access-control-allow-origin"));
    assert_eq!(text(&headers, "vary"), "Origin");
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

/// Sends raw bytes and reads until the other side closes.
async fn raw(address: SocketAddr, request: impl Into<Vec<u8>>) -> String {
    let request = request.into();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream.write_all(&request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    })
    .await
    .unwrap()
}

async fn get(address: SocketAddr, path: &str) -> String {
    raw(
        address,
        format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
    )
    .await
}

/// Runs a server while `work` goes on, then stops it; answers how long the stop took.
async fn served<Fut: Future<Output = ()>>(
    edge: Edge,
    parts: Parts,
    socket: Option<&std::path::Path>,
    work: impl FnOnce(SocketAddr, SocketAddr) -> Fut,
) -> Duration {
    let listeners = Listeners::open(&edge, socket).unwrap();
    let (public, internal) = (
        listeners.public_address().unwrap(),
        listeners.internal_address().unwrap(),
    );
    assert_eq!(edge.public_url(), format!("http://{public}"));
    let (tell, told) = oneshot::channel::<()>();
    let until = async { drop(told.await) };
    let (outcome, began) = tokio::join!(run(listeners, parts, edge, until), async {
        work(public, internal).await;
        let began = std::time::Instant::now();
        tell.send(()).unwrap();
        began
    });
    outcome.unwrap();
    began.elapsed()
}

fn parts(ready: Vec<ReadyCheck>) -> Parts {
    Parts {
        public: vec![routes()],
        operator: vec![Arc::new(|config| {
            config.route("/operate", web::get().to(async || "operated"));
        })],
        ready,
        ..Parts::default()
    }
}

#[actix_web::test]
async fn a_server_tells_of_its_health() {
    let down = ReadyCheck::new("users database", || async {
        Err(Fault::overloaded("database"))
    });
    served(
        edge(&[]),
        parts(vec![down]),
        None,
        async |public, internal| {
            assert!(get(public, "/address").await.ends_with("127.0.0.1"));
            assert!(
                get(internal, "/healthz/live")
                    .await
                    .starts_with("HTTP/1.1 200")
            );
            let ready = get(internal, "/healthz/ready").await;
            assert!(
                ready.starts_with("HTTP/1.1 503")
                    && ready.contains("users database: database is unavailable"),
                "{ready}"
            );
            let metrics = get(internal, "/metrics").await;
            assert!(
                metrics.contains(
                    "latchkey_http_requests_total{method=\"GET\",route=\"/address\",status=\"200\"}"
                ),
                "{metrics}"
            );
            assert!(get(public, "/metrics").await.starts_with("HTTP/1.1 404"));
        },
    )
    .await;
}

#[actix_web::test]
async fn large_bodies_are_refused_in_words() {
    served(edge(&[]), parts(vec![]), None, async |public, _| {
        let body = format!("{{\"name\": \"{}\"}}", "a".repeat(400_000));
        let head = "POST /json HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n";
        let plain = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        for request in [plain, chunked] {
            let answer = raw(public, request).await;
            assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("The body is too large."), "{answer}");
        }
        let small = r#"{"name": "x"}"#;
        let fine = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{small}\r\n0\r\n\r\n", small.len());
        assert!(raw(public, fine).await.ends_with('x'));
        // A body that nobody asked for is no trouble.
        let unasked = format!("GET /address HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
        assert!(raw(public, unasked).await.starts_with("HTTP/1.1 200"));
    })
    .await;
}

#[actix_web::test]
async fn a_stop_ends_streams_and_finishes_requests() {
    let took = served(edge(&[]), parts(vec![]), None, async |public, _| {
        // Both are under way when the stop comes, and are read to their end below.
        let begin = |path: &str| {
            let mut stream = TcpStream::connect(public).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
            stream
        };
        let (mut live, mut nap) = (begin("/live"), begin("/nap"));
        tokio::time::sleep(Duration::from_millis(150)).await;
        std::thread::spawn(move || {
            let mut text = String::new();
            nap.read_to_string(&mut text).unwrap();
            assert!(text.ends_with("rested"), "{text}");
            text.clear();
            live.read_to_string(&mut text).unwrap();
            assert!(text.ends_with("0\r\n\r\n"), "{text}");
        });
    })
    .await;
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[actix_web::test]
async fn draining_is_red_and_still_serves() {
    let edge = edge(&[("LATCHKEY_SERVER__DRAIN_SECONDS", "1")]);
    let listeners = Listeners::open(&edge, None).unwrap();
    let (public, internal) = (
        listeners.public_address().unwrap(),
        listeners.internal_address().unwrap(),
    );
    let (outcome, ()) = tokio::join!(run(listeners, parts(vec![]), edge, async {}), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(
            get(internal, "/healthz/ready")
                .await
                .contains("503 Service Unavailable")
        );
        assert!(get(internal, "/healthz/live").await.contains("200 OK"));
        assert!(get(public, "/address").await.contains("200 OK"));
    });
    outcome.unwrap();
}

#[actix_web::test]
async fn the_operator_has_a_private_socket() {
    let folder = std::env::temp_dir().join(format!("latchkey-socket-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("operator.sock");
    std::fs::write(&path, "left behind").unwrap();
    served(edge(&[]), parts(vec![]), Some(&path), async |public, _| {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let socket = path.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = UnixStream::connect(socket).unwrap();
            stream
                .write_all(b"GET /operate HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        assert!(answer.await.unwrap().ends_with("operated"));
        assert!(get(public, "/operate").await.starts_with("HTTP/1.1 404"));
    })
    .await;
    assert!(!path.exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[actix_web::test]
async fn an_address_in_use_is_said_in_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let edge = edge(&[("LATCHKEY_LISTEN", &address)]);
    let Err(Fault::Invalid(sentence)) = Listeners::open(&edge, None) else {
        panic!("two listeners on one address");
    };
    assert!(
        sentence.contains(&address) && sentence.contains("LATCHKEY_LISTEN"),
        "{sentence}"
    );
}

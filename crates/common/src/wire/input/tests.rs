use actix_web::test::TestRequest;
use serde::Deserialize;

use super::*;
use crate::wire::body::DEFAULT_BODY_LIMIT;
use crate::wire::plain::Plain;

#[derive(Debug, Deserialize)]
struct Input {
    name: String,
    note: Option<String>,
}

async fn send(content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Result<Input, BadInput> {
    let mut request = TestRequest::post().set_payload(body.into());
    if let Some(content_type) = content_type {
        request = request.insert_header(("content-type", content_type));
    }
    let (req, mut payload) = request.to_http_parts();
    let read = Json::<Input, Plain>::from_request(&req, &mut payload).await;
    read.map(|input| input.0)
        .map_err(|refusal| refusal.1.unwrap())
}

#[actix_web::test]
async fn objects_are_read() {
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json ; charset=utf-8",
        "application/json;charset=\"UTF-8\" ; x=y;",
        "Application/JSON",
    ] {
        let input = send(
            Some(content_type),
            r#" {"name": "a\\u0000", "x": [1], "note": null}"#,
        )
        .await
        .unwrap();
        assert_eq!(input.name, r"a\u0000");
        assert_eq!(input.note, None);
    }
}

#[actix_web::test]
async fn bad_bodies_are_refused_without_echo() {
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/xml"),
        Some("x"),
        Some("application/problem+json"),
        Some("application/json x"),
        Some("application/json; charset=latin1"),
        Some("application/json; charset=utf-8; Charset=utf-16"),
    ] {
        let refused = send(content_type, r#"{"name": "a"}"#).await.unwrap_err();
        let sentence = "The Content-Type must be application/json.";
        assert_eq!(refused, BadInput::Body(sentence.into()), "{content_type:?}");
    }
    let bodies: [&[u8]; 15] = [
        b"",
        b"{",
        b"null",
        b"[\"SECRET\"]",
        b"\"SECRET\"",
        b"{}",
        br#"{"name": null}"#,
        br#"{"name": 5}"#,
        br#"{"name": ["SECRET"]}"#,
        br#"{"name": "SECRET", "name": "b"}"#,
        br#"{"name": "SECRET"} x"#,
        br#"{"name": "a\u0000b"}"#,
        br#"{"name": "\ud800"}"#,
        b"{\"name\": \"\xff\"}",
        b"{\"name\": \"a\", \"ignored\": [\"\xff\"]}",
    ];
    for body in bodies {
        let BadInput::Body(unread) = send(Some("application/json"), body).await.unwrap_err() else {
            panic!("{body:?}");
        };
        assert!(!unread.to_string().contains("SECRET"), "{unread}");
    }
}

#[actix_web::test]
async fn the_member_that_is_wrong_is_named() {
    for (body, name) in [
        ("{}", "name"),
        (r#"{"name": 5}"#, "name"),
        (r#"{"name": "a", "note": ["SECRET"]}"#, "note"),
        (r#"{"name": "a", "name": "b"}"#, "name"),
    ] {
        let BadInput::Body(unread) = send(Some("application/json"), body).await.unwrap_err() else {
            panic!("{body}");
        };
        assert_eq!(
            unread.member.map(|it| it.name).as_deref(),
            Some(name),
            "{body}"
        );
    }
    for (uri, name) in [("/", "name"), ("/?name=a&name=b", "name")] {
        let (req, mut payload) = TestRequest::get().uri(uri).to_http_parts();
        let read = Query::<Input, Plain>::from_request(&req, &mut payload).await;
        let Some(BadInput::Query(unread)) = read.unwrap_err().1 else {
            panic!("{uri}");
        };
        assert_eq!(
            unread.member.map(|it| it.name).as_deref(),
            Some(name),
            "{uri}"
        );
    }
}

#[actix_web::test]
async fn large_bodies_are_refused() {
    for size in [DEFAULT_BODY_LIMIT, DEFAULT_BODY_LIMIT * 40] {
        let body = format!(r#"{{"name": "{}"}}"#, "a".repeat(size));
        let refused = send(Some("application/json"), body).await.unwrap_err();
        assert_eq!(refused, BadInput::Body("The body is too large.".into()));
    }
}

#[actix_web::test]
async fn queries_and_paths_are_read_or_refused() {
    let query = async |uri: &str| {
        let (req, mut payload) = TestRequest::get().uri(uri).to_http_parts();
        let read = Query::<Input, Plain>::from_request(&req, &mut payload).await;
        read.map(|input| input.0.name).map_err(|refusal| refusal.1)
    };
    assert_eq!(query("/?name=a&x=1").await, Ok("a".to_owned()));
    for bad in ["/", "/?name=a&name=b", "/?name=a%00", "/?name=a&x=%00"] {
        let refused = query(bad).await.unwrap_err();
        assert!(matches!(refused, Some(BadInput::Query(_))), "{bad}");
    }
    let path = async |uri: &'static str| {
        let request = TestRequest::get()
            .uri(uri)
            .param("id", uri.trim_start_matches('/'));
        let (req, mut payload) = request.to_http_parts();
        let read = Path::<i64, Plain>::from_request(&req, &mut payload).await;
        read.map(|id| id.0).map_err(|refusal| refusal.1)
    };
    assert_eq!(path("/7").await, Ok(7));
    for bad in ["/x", "/7%00"] {
        let refused = path(bad).await.unwrap_err();
        assert!(matches!(refused, Some(BadInput::Path(_))), "{bad}");
    }
}

//! Pages of other sites.

use actix_web::test::TestRequest;

use super::{TOKEN, edge, send, text};

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
    ] {
        assert_eq!(status(Some(foreign), "h:1", true).await, 403, "{foreign}");
        assert_eq!(status(Some(foreign), "h:1", false).await, 403, "{foreign}");
    }
    for cookie in [true, false] {
        assert_eq!(status(Some(""), "h:1", cookie).await, 200);
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
async fn cookies_reach_pages_of_other_sites_that_are_allowed() {
    let edge = edge(&[
        ("LATCHKEY_PUBLIC_URL", "https://chat.town.example"),
        (
            "LATCHKEY_ALLOWED_ORIGINS",
            "https://app.example, https://app.town.example",
        ),
    ]);
    let cookie = async |origin: &str, fetch_site: Option<&str>| {
        let mut request = TestRequest::get()
            .uri("/me")
            .insert_header(("host", "chat.town.example"))
            .insert_header(("origin", origin))
            .insert_header(("cookie", TOKEN));
        if let Some(fetch_site) = fetch_site {
            request = request.insert_header(("sec-fetch-site", fetch_site));
        }
        let (status, headers) = send(&edge, request).await;
        assert_eq!(status, 200, "{origin}");
        text(&headers, "set-cookie").to_owned()
    };
    let (own, other) = ("https://app.town.example", "https://app.example");
    for (origin, fetch_site) in [
        (other, None),
        (other, Some("cross-site")),
        // `town.example` is an ending that strangers share: the browser knows.
        (own, Some("cross-site")),
    ] {
        let cookie = cookie(origin, fetch_site).await;
        for part in ["SameSite=None", "; Secure", "; Partitioned", "HttpOnly"] {
            assert!(cookie.contains(part), "{part} for {origin}: {cookie}");
        }
        assert!(!cookie.contains("Lax"), "{cookie}");
    }
    for (origin, fetch_site) in [
        (own, None),
        (own, Some("same-site")),
        ("https://chat.town.example", None),
        ("https://evil.example", Some("cross-site")),
    ] {
        let cookie = cookie(origin, fetch_site).await;
        for part in ["SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(part), "{part} for {origin}: {cookie}");
        }
        assert!(!cookie.contains("Partitioned"), "{cookie}");
    }
}

//! Pages of other sites.

use actix_web::test::TestRequest;

use super::{Edge, TOKEN, edge, send, text};

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

#[actix_web::test]
async fn a_name_of_somebody_elses_is_refused() {
    let public = edge(&[("LATCHKEY_PUBLIC_URL", "https://chat.example")]);
    let anywhere = edge(&[]);
    let ask = async |edge: &Edge, path: &str, host: &str| {
        let request = TestRequest::get().uri(path);
        send(edge, request.insert_header(("host", host))).await
    };
    for own in [
        "chat.example",
        "Chat.Example:443",
        "chat.example.:8443",
        "127.0.0.1:8080",
        "[::1]:8080",
        "localhost",
        "gateway:8080",
    ] {
        let (status, headers) = ask(&public, "/address", own).await;
        assert_eq!(status, 200, "{own}");
        assert_eq!(
            text(&headers, "strict-transport-security"),
            "max-age=31536000"
        );
    }
    for path in ["/address", "/own/x", "/nowhere"] {
        for other in [
            "evil.example",
            "evil.example:443",
            "chat.example.evil.example",
            "evil.chat.example",
            "chat.example@evil.example",
            "",
        ] {
            let (status, _) = ask(&public, path, other).await;
            assert_eq!(status, 421, "{path} {other}");
        }
    }
    let twice = TestRequest::get()
        .uri("/address")
        .append_header(("host", "chat.example"))
        .append_header(("host", "evil.example"));
    assert_eq!(send(&public, twice).await.0, 421);
    let (status, headers) = ask(&anywhere, "/address", "evil.example").await;
    assert_eq!(status, 200);
    assert!(!headers.contains_key("strict-transport-security"));
}

#[actix_web::test]
async fn answers_stay_among_pages_of_one_origin() {
    let (_, headers) = send(&edge(&[]), TestRequest::get().uri("/address")).await;
    for name in ["cross-origin-opener-policy", "cross-origin-resource-policy"] {
        assert_eq!(text(&headers, name), "same-origin", "{name}");
    }
    let quiet = edge(&[
        ("LATCHKEY_PUBLIC_URL", "https://chat.example"),
        ("LATCHKEY_SERVER__STRICT_TRANSPORT_SECONDS", "0"),
    ]);
    let (_, headers) = send(&quiet, TestRequest::get().uri("/address")).await;
    assert!(!headers.contains_key("strict-transport-security"));
}

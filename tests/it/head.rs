//! `HEAD`, over the wire.

use latchkey_testing::{Backend, every_shape, raw};

use crate::house::house;

every_shape!(head_is_answered_like_get_without_a_body,);

async fn head_is_answered_like_get_without_a_body(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let authority = person.base().split("//").nth(1).unwrap().to_owned();
    let cookie = format!("cookie: t={}\r\n", person.session());
    let ask = |method: &str, path: &str| {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {authority}\r\n");
        let rest = format!("{cookie}connection: close\r\n\r\n");
        raw::exchange(&authority, format!("{head}{rest}").as_bytes())
    };
    for path in [
        "/",
        "/api/status",
        "/api/user/info",
        "/openapi/chat.json",
        "/register?t=x",
        "/.well-known/jwks.json",
        "/group",
        "/check/x",
        "/nowhere",
    ] {
        let (head, get) = (ask("HEAD", path), ask("GET", path));
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "content-length", "cache-control", "allow"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
        assert!(head.body.is_empty() && !get.body.is_empty(), "{path}");
    }
    let stream = ask("HEAD", "/api/user/listener");
    let kind = stream.header("content-type");
    assert_eq!((stream.status, kind), (200, Some("text/event-stream")));
    assert!(stream.body.is_empty(), "{stream:?}");
    let refused = ask("HEAD", "/api/channel/create");
    assert_eq!(
        (refused.status, refused.header("allow")),
        (405, Some("POST"))
    );
}

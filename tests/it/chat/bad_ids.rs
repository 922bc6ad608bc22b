//! Ids of every wrong shape, over all calls that take one: "not found" within 64 bits, 400 beyond

use latchkey_testing::chat::Call;
use latchkey_testing::{Backend, every_shape, raw};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Person, house};

const INVALID: &str = "invalid-request-parameters";

/// Ids in a JSON body that are none. Texts, because some do not fit `Value`.
const NO_IDS: &[&str] = &[
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999999999",
    "1.5",
    "1e3",
    "1e400",
    "true",
    "[]",
    "[1]",
    "{}",
    "\"\"",
    "\"x\"",
    "\"1x\"",
    "\" 1\"",
    "\"1.5\"",
    "\"0x1\"",
    "\"9223372036854775808\"",
    "\"\u{661}\"",
    "NaN",
    "+1",
    "01",
];

/// Every call with an id in its body: `@` is the id. The second is the answer to an unknown one.
const BODIES: &[(&str, &str, &str)] = &[
    (
        "/api/channel/rename",
        r#"{"channelId": @, "name": "new name"}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/join",
        r#"{"channelId": @}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/leave",
        r#"{"channelId": @}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/invite",
        r#"{"channelId": @, "username": "root-user", "invitePerms": []}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/users/remove",
        r#"{"channelId": @, "toRemove": [1]}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/messages/create",
        r#"{"channelId": @, "type": "text", "content": "x"}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/messages",
        r#"{"load": [{"channelId": @}]}"#,
        "channel-not-found",
    ),
    (
        "/api/channel/invites/remove",
        r#"{"toRemove": [@]}"#,
        "channel-invite-not-found",
    ),
    (
        "/api/user/channel/invites/remove",
        r#"{"toRemove": [@]}"#,
        "user-invite-not-found",
    ),
    (
        "/api/user/channel/invites/clear",
        r#"{"toRemove": [@]}"#,
        "channel-invite-not-found",
    ),
];

/// Every call with an id in its query.
const QUERIES: &[(&str, &str)] = &[
    ("GET", "/api/channel/info?channelId=@"),
    ("GET", "/api/channel/users?channelId=@"),
    ("GET", "/api/channel/invites?channelId=@"),
    ("PUT", "/api/channel/messages/read?messageId=1&channelId=@"),
];

fn with_body(person: &Person, path: &str, body: &str, id: &str) -> Call {
    person.post(path, &Value::Null).body(body.replace('@', id))
}

fn with_query(person: &Person, method: &str, path: &str, id: &str) -> Call {
    let method: Method = method.parse().unwrap();
    person.call(method, path.replace('@', id))
}

async fn ids_within_64_bits_name_nothing(backend: Backend) {
    let person = house(backend).person().await;
    let ids = [
        "0",
        "-1",
        "4294967297",
        "9223372036854775807",
        "-9223372036854775808",
    ];
    for id in ids {
        for quoted in [id.to_owned(), format!("\"{id}\"")] {
            for (path, body, suffix) in BODIES {
                let answer = with_body(&person, path, body, &quoted).await;
                assert_eq!(
                    answer.problem_suffix().as_deref(),
                    Some(*suffix),
                    "{quoted}: {answer}"
                );
            }
        }
        for (method, path) in QUERIES {
            with_query(&person, method, path, id)
                .await
                .refused("channel-not-found");
        }
    }
}

async fn what_is_no_id_is_refused(backend: Backend) {
    let person = house(backend).person().await;
    for id in NO_IDS {
        for (path, body, _) in BODIES {
            let answer = with_body(&person, path, body, id).await;
            assert_eq!(answer.status, 400, "{id}: {answer}");
            answer.refused(INVALID);
        }
    }
    for id in [
        "",
        "x",
        "1x",
        "1.5",
        "%20",
        "%00",
        "9223372036854775808",
        "1&channelId=2",
        "null",
    ] {
        for (method, path) in QUERIES {
            let answer = with_query(&person, method, path, id).await;
            assert_eq!(answer.status, 400, "{id:?}: {answer}");
            answer.refused(INVALID);
        }
    }
    for (method, path) in QUERIES {
        let bare = path.replace("channelId=@", "");
        with_query(&person, method, &bare, "")
            .await
            .refused(INVALID);
    }
}

async fn optional_ids_are_checked_too(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let (id, shut) = (owner.public_channel().await, owner.private_channel().await);
    drop(guest.join(id).await.ok(200));
    let mark = format!("/api/channel/messages/read?channelId={id}&messageId=");
    for bad in ["", "x", "1.5", "9223372036854775808"] {
        owner
            .call(Method::PUT, format!("{mark}{bad}"))
            .await
            .refused(INVALID);
    }
    owner
        .call(Method::PUT, mark.replace("&messageId=", ""))
        .await
        .refused(INVALID);
    for bad in NO_IDS {
        let join = format!(r#"{{"channelId": {shut}, "inviteId": {bad}}}"#);
        let leave = format!(r#"{{"channelId": {id}, "newOwner": {bad}}}"#);
        let remove = format!(r#"{{"channelId": {id}, "toRemove": [{bad}]}}"#);
        let last = format!(r#"{{"load": [{{"channelId": {id}, "lastMessage": {bad}}}]}}"#);
        for (person, path, body) in [
            (&guest, "/api/channel/join", join),
            (&owner, "/api/channel/leave", leave),
            (&owner, "/api/channel/users/remove", remove),
            (&owner, "/api/channel/messages", last),
        ] {
            let answer = person.post(path, &Value::Null).body(body).await;
            assert_eq!(answer.status, 400, "{bad}: {answer}");
            answer.refused(INVALID);
        }
    }
    assert_eq!(owner.sees_in(id).await, [owner.id, guest.id]);
    assert_eq!(owner.sees_in(shut).await, [owner.id]);
}

async fn digits_in_a_text_are_a_number(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await.to_string();
    let invite = json!({"channelId": id, "username": guest.name, "invitePerms": ["read"]});
    let made = owner.post("/api/channel/invite", &invite).await.ok(201);
    let revoke = json!({"toRemove": [made["inviteId"].to_string()]});
    owner
        .post("/api/channel/invites/remove", &revoke)
        .await
        .done();
    let text = json!({"channelId": id, "type": "text", "content": "digits"});
    drop(
        owner
            .post("/api/channel/messages/create", &text)
            .await
            .ok(201),
    );
}

/// Cookies, framing and targets that no client library sends.
async fn broken_requests_are_answered(backend: Backend) {
    let person = house(backend).person().await;
    let host = person.authority();
    let get = |head: &[u8]| {
        let request = [
            b"GET /api/user/info HTTP/1.1\r\nHost: h\r\nConnection: close\r\n",
            head,
            b"\r\n",
        ];
        raw::exchange(host, &request.concat())
    };
    for cookie in [
        &b"Cookie: t=\xff\xfe\r\n"[..],
        b"Cookie: \r\n",
        b"Cookie: t\r\n",
        b"Cookie: t=a\r\nCookie: t=b\r\n",
        b"Cookie: t=\xe2\x82\xac\r\n",
        b"Cookie: ;=;t=;\r\n",
    ] {
        let answer = get(cookie);
        let shown = String::from_utf8_lossy(cookie);
        assert_eq!(answer.status, 401, "{shown}: {answer:?}");
        assert!(answer.body.contains("unauthorized"), "{shown}: {answer:?}");
    }
    for request in [
        &b"GARBAGE\r\n\r\n"[..],
        b"GET /api/status HTTP/1.1\r\nHost: h\r\nBad Header\r\n\r\n",
        b"POST /api/user/login HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        b"GET /api/status HTTP/9.9\r\n\r\n",
    ] {
        let answer = raw::exchange(host, request);
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
}

every_shape!(
    ids_within_64_bits_name_nothing,
    what_is_no_id_is_refused,
    optional_ids_are_checked_too,
    digits_in_a_text_are_a_number,
    broken_requests_are_answered,
);

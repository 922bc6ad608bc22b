//! Bad input, over all calls that take a body: 400 with a problem, and nothing changes

use futures_util::stream;
use latchkey_testing::chat::Chat;
use latchkey_testing::{Backend, every_shape, raw};
use serde_json::{Value, json};

use super::subject::Subject;
use crate::house::unique;

const INVALID: &str = "invalid-request-parameters";

async fn bodies_that_are_no_json_object(backend: Backend) {
    let subject = Subject::new(backend).await;
    let before = subject.state().await;
    let deep = "[".repeat(100_000);
    for call in &subject.calls {
        let whole = call.body.to_string();
        let nul = whole.replacen(':', ":\u{0}", 1);
        let half = whole.get(..whole.len() - 1).unwrap().to_owned();
        for body in [
            "",
            " ",
            "{",
            "}",
            "null",
            "true",
            "7",
            "\"text\"",
            "[]",
            "{}",
            "{]",
            &half,
            &nul,
            &deep,
            "{'a': 1}",
            "\u{feff}{}",
            "a=b&c=d",
        ] {
            let answer = subject
                .person
                .post(call.path, &Value::Null)
                .body(body.to_owned())
                .await;
            assert_eq!(answer.status, 400, "{} {body:.40}: {answer}", call.path);
            answer.refused(INVALID);
        }
        let bytes = [whole.as_bytes(), b"\xff\xfe"].concat();
        let answer = subject
            .person
            .post(call.path, &Value::Null)
            .body(bytes)
            .await;
        answer.refused(INVALID);
    }
    assert_eq!(subject.state().await, before);
}

async fn bodies_of_another_type(backend: Backend) {
    let subject = Subject::new(backend).await;
    let before = subject.state().await;
    for call in &subject.calls {
        for content_type in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application",
            "\u{7f}",
        ] {
            if content_type == "\u{7f}" {
                continue; // not a header that a client can send
            }
            let sent = subject.person.post(call.path, &call.body);
            let answer = sent.content_type(content_type).await;
            assert_eq!(
                answer.status, 400,
                "{} as {content_type:?}: {answer}",
                call.path
            );
            answer.refused(INVALID);
        }
    }
    assert_eq!(subject.state().await, before);
}

async fn members_that_are_missing_or_wrong(backend: Backend) {
    let subject = Subject::new(backend).await;
    let before = subject.state().await;
    for call in &subject.calls {
        for member in call.required {
            let mut without = call.body.clone();
            without.as_object_mut().unwrap().remove(*member);
            let wrong = [
                json!(null),
                json!(true),
                json!(1.5),
                json!({}),
                json!({"a": []}),
                json!([[]]),
            ];
            let mut bodies = vec![without];
            for value in wrong {
                let mut body = call.body.clone();
                body[*member] = value;
                bodies.push(body);
            }
            for body in bodies {
                let answer = subject.person.post(call.path, &body).await;
                assert_eq!(answer.status, 400, "{} {body}: {answer}", call.path);
                answer.refused(INVALID);
            }
        }
    }
    assert_eq!(subject.state().await, before);
}

async fn texts_that_cannot_be_kept(backend: Backend) {
    let subject = Subject::new(backend).await;
    let before = subject.state().await;
    for call in &subject.calls {
        for member in call.required {
            if !call.body[*member].is_string() {
                continue;
            }
            let mut body = call.body.clone();
            body[*member] = json!("@@");
            for text in [r"a\u0000bcdefgh", r"\ud800 alone", r"\udc00\ud800", r"\u12"] {
                let body = body.to_string().replace("@@", text);
                let answer = subject
                    .person
                    .post(call.path, &Value::Null)
                    .body(body)
                    .await;
                let login = call.path == "/api/user/login";
                let known = answer.problem_suffix().is_some();
                let refused = answer.status == 400 || (login && answer.status == 401);
                assert!(
                    known && (refused || is_lookup(&answer)),
                    "{} {member} {text}: {answer}",
                    call.path
                );
            }
            body[*member] = json!("long ".repeat(20_000));
            let answer = subject.person.post(call.path, &body).await;
            assert!(
                (400..500).contains(&answer.status),
                "{} {member}: {answer}",
                call.path
            );
            assert!(answer.problem_suffix().is_some(), "{answer}");
        }
    }
    assert_eq!(subject.state().await, before);
}

/// A text that names nothing is also "not found" where it is only looked up.
fn is_lookup(answer: &latchkey_testing::chat::Answer) -> bool {
    matches!(
        answer.problem_suffix().as_deref(),
        Some("invalid-user-invite" | "user-not-found" | "invalid-credentials")
    )
}

async fn bodies_over_the_limit(backend: Backend) {
    let subject = Subject::new(backend).await;
    let before = subject.state().await;
    let padding = "x".repeat(3 << 20);
    for call in &subject.calls {
        let mut body = call.body.clone();
        body["padding"] = json!(padding);
        let bytes = body.to_string().into_bytes();
        let request = format!(
            "POST {} HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            call.path,
            subject.person.session(),
            bytes.len(),
        );
        let all = [request.as_bytes(), &bytes].concat();
        refused_unread(&subject.person, &all, call.path);
        let chunks: Vec<u8> = bytes
            .chunks(64 << 10)
            .flat_map(|piece| {
                [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
            })
            .chain(*b"0\r\n\r\n")
            .collect();
        let head = request.replace(
            &format!("Content-Length: {}", bytes.len()),
            "Transfer-Encoding: chunked",
        );
        refused_unread(
            &subject.person,
            &[head.as_bytes(), &chunks].concat(),
            call.path,
        );
    }
    assert_eq!(subject.state().await, before);
}

#[track_caller]
fn refused_unread(chat: &Chat, request: &[u8], path: &str) {
    let answer = raw::exchange(chat.authority(), request);
    assert_eq!(answer.status, 400, "{path}: {answer:?}");
    assert!(answer.body.contains(INVALID), "{path}: {answer:?}");
}

async fn chunked_bodies_within_the_limit_are_taken(backend: Backend) {
    let subject = Subject::new(backend).await;
    let body = json!({"channelName": unique("chunky"), "channelType": "public"}).to_string();
    let pieces: Vec<Result<String, std::io::Error>> =
        body.chars().map(|c| Ok(c.to_string())).collect();
    let sent = subject.person.post("/api/channel/create", &Value::Null);
    let sent = sent.body(reqwest::Body::wrap_stream(stream::iter(pieces)));
    drop(sent.await.ok(201));
}

async fn unknown_members_are_ignored(backend: Backend) {
    let subject = Subject::new(backend).await;
    let person = &subject.person;
    let body = json!({
        "channelName": unique("extra"), "channelType": "public", "unknown": {"a": [1, null]},
    });
    let sent = person.post("/api/channel/create?unknown=%00x", &body);
    assert!([201, 400].contains(&sent.await.status));
    let sent = person.post(
        "/api/channel/create?unknown=1",
        &json!({
            "channelName": unique("extra"), "channelType": "public", "": 1,
        }),
    );
    drop(
        sent.content_type("application/json; charset=utf-8")
            .await
            .ok(201),
    );
    drop(person.get("/api/user/channels?unknown=1").await.ok(200));
}

every_shape!(
    bodies_that_are_no_json_object,
    bodies_of_another_type,
    members_that_are_missing_or_wrong,
    texts_that_cannot_be_kept,
    bodies_over_the_limit,
    chunked_bodies_within_the_limit_are_taken,
    unknown_members_are_ignored,
);

//! What it answers: as Discord's documentation says, or as a test wishes.

use std::fmt::{Display, Write as _};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Asked, BOT_TOKEN, CHANNEL, Shared, State};

/// How one request is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// As the documentation says: invites are made, shown and deleted.
    AsDocumented,
    /// As documented, after a while.
    After(Duration),
    /// As documented, and the bucket is empty now for so many seconds.
    LastInBucket(f64),
    /// 400 with 50035, a form that it does not like.
    InvalidForm,
    /// 400 with 30016: the server has 1,000 invites.
    TooManyInvites,
    /// 401.
    Unauthorized,
    /// 403 with 50013.
    MissingPermissions,
    /// 404 with 10003.
    UnknownChannel,
    /// 429 as documented, with all headers; seconds.
    Limited(f64),
    /// 429 with the body alone; seconds.
    LimitedByBody(f64),
    /// 429 with `Retry-After` alone, the body in HTML; whole seconds.
    LimitedByHeader(u64),
    /// 429 for everything; seconds.
    LimitedGlobally(f64),
    /// 429 in HTML, without a word about how long.
    LimitedAtTheEdge,
    /// 502 in HTML.
    BadGateway,
    /// 503 without a body.
    Unavailable,
    /// No answer as long as the connection stands.
    Hang,
    /// The connection is cut before anything was done.
    Cut,
    /// The invite is made, and the connection cut.
    CutAfterMaking,
    /// The invite is made, and the answer is not understandable.
    Garbled,
    /// 301 to somewhere else.
    Elsewhere,
}

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=UTF-8";
const BUCKET: (&str, &str) = ("X-RateLimit-Bucket", "41f9cd5d28af77da04563bcb1d67fdfd");

/// An answer before it is written.
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    content_type: &'static str,
    body: String,
}

impl Answer {
    fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: JSON,
            body: body.to_string(),
        }
    }

    fn html(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: HTML,
            body: format!("<html><body><h1>{status}</h1><hr>cloudflare</body></html>"),
        }
    }

    fn error(status: u16, code: i64, message: &str) -> Self {
        Self::json(status, &json!({"message": message, "code": code}))
    }

    fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    fn write(&self, mut stream: TcpStream) {
        let headers = self.headers.iter();
        let own: String = headers.fold(String::new(), |mut lines, (name, value)| {
            write!(lines, "{name}: {value}\r\n").expect("a string takes text");
            lines
        });
        let (status, length, kind) = (self.status, self.body.len(), self.content_type);
        let head = format!(
            "HTTP/1.1 {status} X\r\n{own}Content-Type: {kind}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        // A client that has gone away is no trouble of ours.
        drop(stream.write_all(format!("{head}{}", self.body).as_bytes()));
    }
}

pub(super) fn answer(mut stream: TcpStream, shared: &Shared, asked: &Asked, reply: &Reply) {
    let documented = || documented(&mut shared.state.lock(), asked);
    let limited = |after: f64, global: bool| {
        let body = json!({
            "message": "You are being rate limited.", "retry_after": after, "global": global,
        });
        Answer::json(429, &body)
    };
    let answer = match reply {
        Reply::AsDocumented => documented(),
        Reply::After(pause) => {
            std::thread::sleep(*pause);
            documented()
        }
        Reply::LastInBucket(seconds) => documented()
            .with("X-RateLimit-Limit", 5)
            .with("X-RateLimit-Remaining", 0)
            .with("X-RateLimit-Reset-After", seconds)
            .with(BUCKET.0, BUCKET.1),
        Reply::InvalidForm => {
            let errors =
                json!({"max_age": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": "x"}]}});
            let message = "Invalid Form Body";
            Answer::json(
                400,
                &json!({"message": message, "code": 50035, "errors": errors}),
            )
        }
        Reply::TooManyInvites => {
            Answer::error(400, 30016, "Maximum number of invites reached (1000)")
        }
        Reply::Unauthorized => Answer::error(401, 0, "401: Unauthorized"),
        Reply::MissingPermissions => Answer::error(403, 50013, "Missing Permissions"),
        Reply::UnknownChannel => Answer::error(404, 10003, "Unknown Channel"),
        Reply::Limited(after) => limited(*after, false)
            .with("Retry-After", after.ceil())
            .with("X-RateLimit-Limit", 5)
            .with("X-RateLimit-Remaining", 0)
            .with("X-RateLimit-Reset-After", after)
            .with("X-RateLimit-Scope", "user")
            .with(BUCKET.0, BUCKET.1),
        Reply::LimitedByBody(after) => limited(*after, false),
        Reply::LimitedByHeader(after) => Answer::html(429).with("Retry-After", after),
        Reply::LimitedGlobally(after) => limited(*after, true)
            .with("Retry-After", after.ceil())
            .with("X-RateLimit-Global", true)
            .with("X-RateLimit-Scope", "global"),
        Reply::LimitedAtTheEdge => Answer::html(429),
        Reply::BadGateway => Answer::html(502),
        Reply::Unavailable => Answer {
            body: String::new(),
            ..Answer::html(503)
        },
        Reply::Hang => {
            // Until the other side gives up.
            while stream.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
            return;
        }
        Reply::Cut => return,
        Reply::CutAfterMaking => {
            drop(documented());
            return;
        }
        Reply::Garbled => {
            drop(documented());
            Answer::json(200, &json!({"type": 0}))
        }
        Reply::Elsewhere => Answer::html(301).with("Location", "http://127.0.0.1:1/api/v10"),
    };
    answer.write(stream);
}

fn documented(state: &mut State, asked: &Asked) -> Answer {
    let is_named = asked
        .header("user-agent")
        .is_some_and(|name| name.starts_with("DiscordBot (") && name.ends_with(')'));
    if !is_named {
        return Answer::html(403);
    }
    if asked.header("authorization") != Some(&format!("Bot {BOT_TOKEN}")) {
        return Answer::error(401, 0, "401: Unauthorized");
    }
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    match (asked.method.as_str(), parts.as_slice()) {
        ("POST", ["channels", channel, "invites"]) if *channel == CHANNEL => make(state, asked),
        ("POST", ["channels", _, "invites"]) => Answer::error(404, 10003, "Unknown Channel"),
        ("GET", ["invites", code]) if state.alive.contains(*code) => shown(code, &Value::Null),
        ("DELETE", ["invites", code]) if state.alive.remove(*code) => shown(code, &Value::Null),
        ("GET" | "DELETE", ["invites", _]) => Answer::error(404, 10006, "Unknown Invite"),
        _ => Answer::error(404, 0, "404: Not Found"),
    }
}

fn make(state: &mut State, asked: &Asked) -> Answer {
    if asked.header("content-type") != Some(JSON) || !asked.body.is_object() {
        return Answer::error(400, 50109, "The request body contains invalid JSON.");
    }
    let within = |member: &str, most: u64| match asked.body.get(member) {
        None => true,
        Some(value) => value.as_u64().is_some_and(|number| number <= most),
    };
    if !within("max_age", 604_800) || !within("max_uses", 100) {
        return Answer::error(400, 50035, "Invalid Form Body");
    }
    state.made += 1;
    let code = format!("hTKz{}mak", state.made);
    state.alive.insert(code.clone());
    shown(&code, &asked.body)
}

fn shown(code: &str, form: &Value) -> Answer {
    let or =
        |member: &str, default: u64| form.get(member).and_then(Value::as_u64).unwrap_or(default);
    let body = json!({
        "type": 0,
        "code": code,
        "guild": {"id": "197038439483310086", "name": "Town", "features": []},
        "channel": {"id": CHANNEL, "name": "newcomers", "type": 0},
        "inviter": {"id": "115590097100865541", "username": "latchkey", "discriminator": "0"},
        "uses": 0,
        "max_uses": or("max_uses", 0),
        "max_age": or("max_age", 86400),
        "temporary": false,
        "created_at": "2026-11-20T17:00:00.000000+00:00",
        "expires_at": null,
    });
    Answer::json(200, &body)
}

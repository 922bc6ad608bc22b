//! Reading a JSON object from a request, for every contract: which sentence or shape a refusal has
//! is the contract's.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::strict::Strict;
use super::unread::{BadMember, Unread};
use crate::server::connections::KeptBody;

/// The largest body in bytes. In the app's data; without it [`DEFAULT_BODY_LIMIT`] holds.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// A smaller limit of single calls, in their resource's data: calls with names, passwords and tokens
/// alone may wait in large numbers. Two passwords of 256 characters, each character written as two
/// escapes of six bytes, and 2 KiB beside them.
#[derive(Debug, Clone, Copy)]
pub struct SmallBody;

const SMALL_BODY_LIMIT: usize = 8 * 1024;

/// 256 KiB: sixty of the longest messages.
pub const DEFAULT_BODY_LIMIT: usize = 256 * 1024;

/// A body beyond the limit is read on and thrown away up to this many bytes: a client that writes
/// first and reads then would find a reset connection instead of the refusal.
const DRAINED: usize = 32 * DEFAULT_BODY_LIMIT;

/// Bytes that a body is given room for before any of it has come: what is announced costs nothing.
const FIRST_ROOM: usize = 4 * 1024;

const TOO_LARGE: &str = "The body is too large.";

/// Reads a JSON object. Needs `Content-Type: application/json`, parameters allowed, but no charset
/// beside UTF-8. Unknown members are ignored.
///
/// # Errors
/// What is wrong, without anything of the input.
pub async fn read_object<T: DeserializeOwned>(
    req: &HttpRequest,
    payload: Payload,
) -> Result<T, Unread> {
    let read = read_object_and(req, payload, |_| ()).await?;
    Ok(read.0)
}

/// The same, and what `look` makes of its bytes.
///
/// # Errors
/// As [`read_object`].
pub async fn read_object_and<T: DeserializeOwned, L>(
    req: &HttpRequest,
    payload: Payload,
    look: impl FnOnce(&[u8]) -> L,
) -> Result<(T, L), Unread> {
    let body = read_body(req, payload).await?;
    if !is_json(req) {
        return Err("The Content-Type must be application/json.".into());
    }
    Ok((parse(&body)?, look(&body)))
}

/// The same where the body may be left out: without one it is as if `{}` had come. Clients that
/// always name a type name it then too.
///
/// # Errors
/// As [`read_object`].
pub async fn read_object_or_nothing<T: DeserializeOwned>(
    req: &HttpRequest,
    payload: Payload,
) -> Result<T, Unread> {
    let body = read_body(req, payload).await?;
    let is_absent = body.is_empty() && !req.headers().contains_key(CONTENT_TYPE);
    if !is_absent && !is_json(req) {
        return Err("The Content-Type must be application/json.".into());
    }
    parse(if body.is_empty() { b"{}" } else { &body })
}

/// Reads the text of a JSON object, and leaves it to the caller to parse it. Needs the same
/// `Content-Type` as [`read_object`]; a PATCH may call it a merge patch (RFC 7396).
///
/// # Errors
/// What is wrong, in a sentence without anything of the input.
pub async fn read_text(req: &HttpRequest, payload: Payload) -> Result<String, &'static str> {
    let body = read_body(req, payload).await?;
    let is_patch = req.method() == Method::PATCH && is_of(req, "application/merge-patch+json");
    if !is_patch && !is_json(req) {
        return Err("The Content-Type must be application/json.");
    }
    text_of_object(&body).map(str::to_owned)
}

fn is_json(req: &HttpRequest) -> bool {
    is_of(req, "application/json")
}

/// JSON is UTF-8 (RFC 8259), so a charset may say that or a part of it. Read here, because the
/// framework takes no blank before a semicolon, which RFC 9110 allows (5.6.6).
fn is_of(req: &HttpRequest, media_type: &str) -> bool {
    let header = req.headers().get(CONTENT_TYPE);
    let Some(text) = header.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = text.split(';').map(str::trim);
    let is_named = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(media_type));
    is_named
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
                let charset = charset.trim().trim_matches('"');
                let fits = ["utf-8", "utf8", "us-ascii"];
                fits.iter().any(|fit| charset.eq_ignore_ascii_case(fit))
            }
            _ => true,
        })
}

async fn read_body(req: &HttpRequest, mut payload: Payload) -> Result<Vec<u8>, &'static str> {
    let mut limit = req
        .app_data::<BodyLimit>()
        .map_or(DEFAULT_BODY_LIMIT, |limit| limit.0);
    if req.app_data::<SmallBody>().is_some() {
        limit = limit.min(SMALL_BODY_LIMIT);
    }
    let announced = req
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .unwrap_or(0);
    let drained = limit.max(DRAINED);
    if announced > drained {
        return Err(TOO_LARGE);
    }
    let mut body = Vec::with_capacity(announced.min(limit).min(FIRST_ROOM));
    let kept = KeptBody::of(req);
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_cut_off_or_slow| "The body could not be read.")?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            // The edge says then that it is its own trouble.
            if !kept.more(chunk.len()) {
                return Err("The body could not be read.");
            }
            body.extend_from_slice(&chunk);
        } else if seen > drained {
            break;
        } else {
            body = Vec::new();
            kept.nothing();
        }
    }
    if seen > limit {
        Err(TOO_LARGE)
    } else {
        Ok(body)
    }
}

/// What all bodies are held to before any is parsed.
fn text_of_object(body: &[u8]) -> Result<&str, &'static str> {
    // All of it, because the parser looks only at what somebody reads.
    let body = str::from_utf8(body).map_err(|_where| "The body is not valid UTF-8.")?;
    // Said first, in the clearer words.
    if !body.trim_ascii_start().starts_with('{') {
        return Err("The body must be a JSON object.");
    }
    if has_escaped_nul(body.as_bytes()) {
        return Err("The body has a NUL character in it.");
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    let body = text_of_object(body)?;
    let mut json = serde_json::Deserializer::from_str(body);
    let read = T::deserialize(Strict(&mut json)).and_then(|value| json.end().map(|()| value));
    read.map_err(|error| match error.classify() {
        Category::Data => Unread {
            sentence: "A member of the body is missing, repeated or of a wrong type.",
            member: bad_member::<T>(body),
        },
        Category::Io | Category::Syntax | Category::Eof => "The body is not valid JSON.".into(),
    })
}

/// Reads it again and notes where it is, which costs too much where all is well.
fn bad_member<T: DeserializeOwned>(body: &str) -> Option<BadMember> {
    let mut json = serde_json::Deserializer::from_str(body);
    let read = serde_path_to_error::deserialize::<_, T>(Strict(&mut json));
    BadMember::of(&read.err()?)
}

/// True when a string holds the escape `\u0000`. Raw NUL bytes are no JSON, so this is the only
/// way in; databases differ in what they make of one.
fn has_escaped_nul(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

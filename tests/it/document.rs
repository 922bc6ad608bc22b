//! Every answer and every event that any test sees is held against the committed `OpenAPI` documents.

use std::borrow::Cow;

use latchkey_common::server::Contract;
use latchkey_contracts as contracts;
use latchkey_testing::chat::{self, Answer};
use latchkey_testing::openapi::Document;
use latchkey_testing::sse::Event;

/// Each contract that has a description, and that.
struct Check(Vec<(&'static Contract, Document)>);

/// From now on.
pub(crate) fn check_all() {
    let load = |one: &'static Contract| {
        let text = one.document?;
        Some((one, Document::load(text).expect("a document")))
    };
    chat::observe(Check(contracts::ALL.into_iter().filter_map(load).collect()));
}

impl Check {
    fn document(&self, name: &str) -> Option<&Document> {
        let mut found = self.0.iter().filter(|(one, _)| one.name == name);
        found.next().map(|(_, document)| document)
    }

    /// The document of whatever lies at this path, and the path as its templates have it.
    fn of<'a>(&self, path: &'a str) -> Option<(&Document, Cow<'a, str>)> {
        let name = contracts::of(path)?.name;
        // The descriptions are in none.
        let document = self
            .document(name)
            .filter(|_| !path.starts_with("/openapi/"))?;
        Some((document, template(name, path)))
    }
}

/// A path without letters and digits in percent form: they mean the same (RFC 3986, 2.3).
fn plainly(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let spelled = part.split_at_checked(2).and_then(|(hex, rest)| {
            let sign = char::from(u8::from_str_radix(hex, 16).ok()?);
            sign.is_ascii_alphanumeric().then_some((sign, rest))
        });
        if let Some((sign, rest)) = spelled {
            plain.push(sign);
            plain += rest;
        } else {
            plain.push('%');
            plain += part;
        }
    }
    plain
}

/// A path as the templates of its contract fit it.
fn template<'a>(contract: &str, path: &'a str) -> Cow<'a, str> {
    match contract {
        "choirs" if path.starts_with("/check/") => "/check/any".into(),
        "group-join-requests" => match path.trim_end_matches('/') {
            "/invite" => "/invite/".into(),
            path => path.into(),
        },
        "namespaces" => one_segment(path.strip_prefix("/api").unwrap_or(path)),
        _ => path.into(),
    }
}

/// A namespace's path, which may have slashes in it, as the one part that the templates have.
fn one_segment(path: &str) -> Cow<'_, str> {
    let Some(rest) = path.strip_prefix("/n/") else {
        return path.into();
    };
    let (names, collection) = rest.split_once("/-/").unwrap_or((rest, ""));
    let owner = names.split('/').next().unwrap_or_default();
    match collection {
        "" => format!("/n/{owner}/path").into(),
        some => format!("/n/{owner}/path/-/{some}").into(),
    }
}

impl chat::Observer for Check {
    fn answer(&self, method: &str, path: &str, answer: &Answer) {
        if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method) {
            return;
        }
        let path = plainly(path);
        let Some((document, path)) = self.of(&path) else {
            return;
        };
        // What is no operation is in no document.
        if !document.serves(method, &path) && [404, 405].contains(&answer.status) {
            return;
        }
        let content_type = answer.header("content-type");
        let checked =
            document.check_answer(method, &path, answer.status, content_type, &answer.body);
        if let Err(complaint) = checked {
            panic!("against the document: {complaint}: {answer}");
        }
    }

    fn event(&self, event: &Event) {
        let chat = self.document(contracts::chat::CONTRACT.name).expect("chat");
        let checked = chat.check_event("GET", "/api/user/listener", &event.name, &event.data);
        if let Err(complaint) = checked {
            panic!("against the document: {complaint}: {event:?}");
        }
    }
}

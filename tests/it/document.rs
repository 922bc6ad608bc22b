//! Every answer and every event that any test sees is held against the committed `OpenAPI` documents.

use std::borrow::Cow;

use latchkey_contracts as contracts;
use latchkey_testing::chat::{self, Answer};
use latchkey_testing::openapi::Document;
use latchkey_testing::sse::Event;

struct Check {
    chat: Document,
    choirs: Document,
    groups: Document,
    namespaces: Document,
    discord: Document,
}

/// From now on.
pub(crate) fn check_all() {
    let load = |text| Document::load(text).expect("a document");
    chat::observe(Check {
        chat: load(contracts::chat::DOCUMENT),
        choirs: load(contracts::choirs::DOCUMENT),
        groups: load(contracts::groups::DOCUMENT),
        namespaces: load(contracts::namespaces::DOCUMENT),
        discord: load(contracts::discord::DOCUMENT),
    });
}

impl Check {
    /// The document of whatever lies at this path, and the path as its templates have it.
    fn of<'a>(&self, path: &'a str) -> Option<(&Document, Cow<'a, str>)> {
        let below = |roots: &[&str]| {
            let root = path.split('/').nth(1).unwrap_or_default();
            roots.contains(&root)
        };
        let is_chat = ["/api/user/", "/api/channel", "/api/status", "/.well-known/"];
        if is_chat.iter().any(|start| path.starts_with(start)) {
            return Some((&self.chat, path.into()));
        }
        if below(&["check", "create", "keys"]) {
            let is_check = path.starts_with("/check/");
            let path = if is_check { "/check/any" } else { path };
            return Some((&self.choirs, path.into()));
        }
        if below(&["invite", "group", "member"]) {
            let path = path.trim_end_matches('/');
            let path = if path == "/invite" { "/invite/" } else { path };
            return Some((&self.groups, path.into()));
        }
        if below(&["discord", "discord-actions"]) {
            return Some((&self.discord, path.into()));
        }
        let path = path.strip_prefix("/api").unwrap_or(path);
        ["/user", "/invites", "/namespaces", "/n/"]
            .iter()
            .any(|start| path.starts_with(start))
            .then(|| (&self.namespaces, one_segment(path)))
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
        let Some((document, path)) = self.of(path) else {
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
        let checked = self
            .chat
            .check_event("GET", "/api/user/listener", &event.name, &event.data);
        if let Err(complaint) = checked {
            panic!("against the document: {complaint}: {event:?}");
        }
    }
}

//! Every answer and every event that any test sees is held against the committed `OpenAPI` documents.

use latchkey_testing::chat::{self, Answer};
use latchkey_testing::openapi::Document;
use latchkey_testing::sse::Event;

struct Check {
    chat: Document,
    choirs: Document,
}

/// From now on.
pub(crate) fn check_all() {
    let load = |text| Document::load(text).expect("a document");
    chat::observe(Check {
        chat: load(include_str!("../../services/users/openapi/chat.json")),
        choirs: load(include_str!(
            "../../services/invitations/openapi/choirs.json"
        )),
    });
}

impl Check {
    /// The document of whatever lies at this path.
    fn of(&self, path: &str) -> Option<&Document> {
        let is_below = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
        if is_below(&["/api/user", "/api/channel", "/api/status", "/.well-known/"]) {
            Some(&self.chat)
        } else if is_below(&["/check/", "/create", "/keys/"]) {
            Some(&self.choirs)
        } else {
            None
        }
    }
}

impl chat::Observer for Check {
    fn answer(&self, method: &str, path: &str, answer: &Answer) {
        // What is no operation is in no document.
        let unrouted = ["not-found", "method-not-allowed"];
        let suffix = answer.problem_suffix();
        if suffix.is_some_and(|suffix| unrouted.contains(&suffix.as_str())) {
            return;
        }
        let Some(document) = self.of(path) else {
            return;
        };
        if !["GET", "POST", "PUT", "DELETE"].contains(&method) {
            return;
        }
        let content_type = answer.header("content-type");
        let checked =
            document.check_answer(method, path, answer.status, content_type, &answer.body);
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

//! Every answer and every event that any test sees is held against the committed `OpenAPI` document.

use latchkey_testing::chat::{self, Answer};
use latchkey_testing::openapi::Document;
use latchkey_testing::sse::Event;

struct Check(Document);

/// From now on.
pub(crate) fn check_all() {
    let text = include_str!("../../services/users/openapi/chat.json");
    chat::observe(Check(Document::load(text).expect("the document")));
}

impl chat::Observer for Check {
    fn answer(&self, method: &str, path: &str, answer: &Answer) {
        // What is no operation is in no document.
        let unrouted = ["not-found", "method-not-allowed"];
        let suffix = answer.problem_suffix();
        let is_operation = (path.starts_with("/api/") || path.starts_with("/.well-known/"))
            && ["GET", "POST", "PUT", "DELETE"].contains(&method);
        if !is_operation || suffix.is_some_and(|suffix| unrouted.contains(&suffix.as_str())) {
            return;
        }
        let content_type = answer.header("content-type");
        let checked = self
            .0
            .check_answer(method, path, answer.status, content_type, &answer.body);
        if let Err(complaint) = checked {
            panic!("against the document: {complaint}: {answer}");
        }
    }

    fn event(&self, event: &Event) {
        let checked = self
            .0
            .check_event("GET", "/api/user/listener", &event.name, &event.data);
        if let Err(complaint) = checked {
            panic!("against the document: {complaint}: {event:?}");
        }
    }
}

//! The page about trouble that is nobody's rule: when to try again, and that nothing was lost.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::wire::retry_after::{whole_seconds, with_retry_after};
use latchkey_common::wire::told::Told;
use maud::{Markup, html};

use crate::visitor::Visitor;
use crate::words::fill;

impl Visitor {
    /// The page.
    pub fn trouble(&self, told: &Told) -> HttpResponse {
        let words = self.words();
        let (title, text) = match told {
            Told::Busy(wait) => (words.busy_title, self.wait(*wait)),
            Told::Unavailable(_) => (words.unavailable_title, words.unavailable_text.to_owned()),
            Told::Invalid(_) => (words.bad_title, words.form_unreadable.to_owned()),
            Told::Unauthenticated => (words.stranger_title, words.stranger_text.to_owned()),
            Told::Internal => (words.broken_title, words.broken_text.to_owned()),
        };
        with_retry_after(
            self.sentence(told.status(), title, &text),
            told.retry_after(),
        )
    }

    fn wait(&self, wait: Duration) -> String {
        let seconds = whole_seconds(wait).to_string();
        fill(self.words().busy_text, &[("seconds", &seconds)])
    }

    /// A page of one sentence.
    pub(crate) fn sentence(&self, status: StatusCode, title: &str, text: &str) -> HttpResponse {
        self.say(status, title, &html! { p { (text) } })
    }

    /// A page about what did not work, with the request's id.
    pub(crate) fn say(&self, status: StatusCode, title: &str, text: &Markup) -> HttpResponse {
        let id = self.request_id();
        let body = html! {
            h1 { (title) }
            (text)
            @if !id.is_empty() { p.quiet { (fill(self.words().request, &[("id", id)])) } }
        };
        self.page(status, title, &body)
    }
}

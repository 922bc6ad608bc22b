//! The page of keys: plain forms, rendered here, that need no script.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::auth::Caller;
use latchkey_common::secret::Secret;
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_contracts::choirs::ChoirError;
use latchkey_pages::{Field, Visitor, Words, fill, hidden, note, trouble as alert};
use maud::{Markup, html};

use crate::app::App;
use crate::app::choir::form_token::form_token;
use crate::app::choir::list_keys::list_choir_keys;
use crate::domain::choir::{ChoirKey, MAX_KEY_NAME};

/// The page of somebody on the white list: a new key, this once, or why something did not work.
pub(super) async fn show(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    made: Option<&Secret>,
    trouble: Option<&ChoirError>,
) -> HttpResponse {
    let token = match form_token(app, caller.session) {
        Ok(token) => token,
        Err(fault) => return closed(visitor, &fault.into()),
    };
    match list_choir_keys(app, caller).await {
        Ok(keys) => {
            let words = visitor.words();
            let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
            let body = html! {
                (head(words, trouble))
                @if let Some(made) = made { (new_key(words, made)) }
                (making(visitor, &token))
                (table(visitor, &keys, &token))
            };
            let wait = trouble.and_then(ChoirError::retry_after);
            let page = visitor.page_with_form(status, words.keys_title, &body);
            with_retry_after(page, wait)
        }
        Err(error) => closed(visitor, &error.into()),
    }
}

/// The page of somebody who may not see it.
pub(super) fn closed(visitor: &Visitor, trouble: &ChoirError) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        (head(words, Some(trouble)))
        @if trouble.status == StatusCode::UNAUTHORIZED { p { (words.stranger_text) } }
    };
    let page = visitor.page(trouble.status, words.keys_title, &body);
    with_retry_after(page, trouble.retry_after())
}

/// What is wrong is said in the words of the contract, which are English.
fn head(words: &Words, trouble: Option<&ChoirError>) -> Markup {
    html! {
        h1 { (words.keys_title) }
        @if let Some(trouble) = trouble {
            div lang="en" { (alert(&format!("{}.", trouble.message))) }
        }
    }
}

fn new_key(words: &Words, key: &Secret) -> Markup {
    note(&html! {
        strong { (words.keys_new) } br;
        code id="key" { (key.expose()) }
    })
}

fn making(visitor: &Visitor, token: &str) -> Markup {
    let words = visitor.words();
    let name = Field {
        name: "keyname",
        label: words.keys_name,
        hint: words.keys_name_hint,
        fills: "off",
        length: u32::try_from(MAX_KEY_NAME).ok().map(|most| (1, most)),
        ..Field::default()
    };
    html! {
        form method="post" action=(visitor.action("/keys/create")) {
            (hidden("form", token))
            (name.render())
            button { (words.keys_make) }
        }
    }
}

fn table(visitor: &Visitor, keys: &[ChoirKey], token: &str) -> Markup {
    let words = visitor.words();
    html! {
        h2 { (words.keys_yours) }
        @if keys.is_empty() {
            p { (words.keys_none) }
        }
        @for key in keys {
            form method="post" action=(visitor.action("/keys/delete")) {
                (hidden("form", token))
                (hidden("key", &key.id.to_string()))
                p {
                    (key.id) ": " strong { (key.name) } br;
                    span.quiet { (fill(words.keys_made_at, &[("time", &key.created_at.rfc3339())])) }
                }
                button aria-label=(format!("{} {}", words.keys_delete, key.name)) {
                    (words.keys_delete)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::header::RETRY_AFTER;
    use actix_web::test::TestRequest;
    use latchkey_common::fault::Fault;

    use super::*;

    #[test]
    fn a_closed_page_tells_the_whole_wait() {
        let retry_after = Duration::from_millis(1_200);
        let visitor = Visitor::of(&TestRequest::default().to_http_request());
        let answer = closed(&visitor, &Fault::Busy { retry_after }.into());
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
    }
}

//! The page of keys: plain forms, rendered here, that need no script.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::auth::Caller;
use latchkey_common::secret::Secret;
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_contracts::choirs::ChoirError;
use maud::{Markup, html};

use crate::app::App;
use crate::app::choir::form_token::form_token;
use crate::app::choir::list_keys::list_choir_keys;
use crate::domain::choir::{ChoirKey, MAX_KEY_NAME};
use crate::http::pages::render;

/// The page of somebody on the white list: a new key, this once, or why something did not work.
pub(super) async fn show(
    app: &App,
    caller: &Caller,
    made: Option<&Secret>,
    trouble: Option<&ChoirError>,
) -> HttpResponse {
    let token = match form_token(app, caller.session) {
        Ok(token) => token,
        Err(fault) => return closed(&fault.into()),
    };
    match list_choir_keys(app, caller).await {
        Ok(keys) => {
            let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
            let body = html! {
                (head(trouble))
                @if let Some(made) = made { (new_key(made)) }
                (making(&token))
                (table(&keys, &token))
            };
            let wait = trouble.and_then(ChoirError::retry_after);
            with_retry_after(render(status, &body), wait)
        }
        Err(error) => closed(&error.into()),
    }
}

/// The page of somebody who may not see it.
pub(super) fn closed(trouble: &ChoirError) -> HttpResponse {
    let body = html! {
        (head(Some(trouble)))
        @if trouble.status == StatusCode::UNAUTHORIZED {
            p { "Sign in with your client at this address in this browser, then come back." }
        }
    };
    with_retry_after(render(trouble.status, &body), trouble.retry_after())
}

fn head(trouble: Option<&ChoirError>) -> Markup {
    html! {
        h1 { "Keys for choir invitations" }
        @if let Some(trouble) = trouble {
            p.trouble role="alert" { strong { (trouble.message) "." } }
        }
    }
}

fn new_key(key: &Secret) -> Markup {
    html! {
        p role="status" {
            strong { "Your new key. It is shown only now:" } br;
            code id="key" { (key.expose()) }
        }
    }
}

fn making(token: &str) -> Markup {
    html! {
        form method="post" action="/keys/create" {
            input type="hidden" name="form" value=(token);
            label {
                "Name"
                input name="keyname" required maxlength=(MAX_KEY_NAME) autocomplete="off";
                small { "What will use it. A key stands for a service, which may invite for anybody." }
            }
            button { "Make key" }
        }
    }
}

fn table(keys: &[ChoirKey], token: &str) -> Markup {
    html! {
        h2 { "Your keys" }
        @if keys.is_empty() {
            p { "None." }
        }
        @for key in keys {
            form method="post" action="/keys/delete" {
                input type="hidden" name="form" value=(token);
                input type="hidden" name="key" value=(key.id);
                p {
                    (key.id) ": " strong { (key.name) } br;
                    small { "made " (key.created_at.rfc3339()) } " "
                    button { "Delete" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::header::RETRY_AFTER;
    use latchkey_common::fault::Fault;

    use super::*;

    #[test]
    fn a_closed_page_tells_the_whole_wait() {
        let retry_after = Duration::from_millis(1_200);
        let answer = closed(&Fault::Busy { retry_after }.into());
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
    }
}

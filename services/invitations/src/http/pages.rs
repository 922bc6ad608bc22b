//! The page behind a registration link: a plain form, rendered here, that needs no script. Opening
//! it uses nothing up, because link previews open links too.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, Sitemap, get};
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_contracts::chat::Problem;
use latchkey_contracts::pages::{CONTRACT, REGISTER};
use latchkey_peers::users::UserView;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::app::registration::register::{Registration, register};

const STYLE: &str = "\
    body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem}\
    label{display:block;margin:1rem 0}input{display:block;width:100%;box-sizing:border-box;\
    font:inherit;padding:.5rem;margin-top:.25rem}button{font:inherit;padding:.5rem 1.25rem}\
    .trouble{border-left:4px solid #b00;padding-left:.75rem}small{color:#555}";

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(&CONTRACT, [(REGISTER, get(show).post(submit))])
}

#[derive(Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    t: String,
}

#[derive(Deserialize)]
pub(crate) struct Submitted {
    t: Secret,
    username: String,
    password: Secret,
}

pub(crate) async fn show(query: Option<web::Query<Opened>>) -> HttpResponse {
    let token = query.map(|query| query.into_inner().t).unwrap_or_default();
    render(StatusCode::OK, &form(&token, "", None))
}

pub(crate) async fn submit(
    app: web::Data<App>,
    address: ClientAddress,
    sent: Option<web::Form<Submitted>>,
) -> HttpResponse {
    let Some(web::Form(sent)) = sent else {
        let trouble = Problem::invalid_request_parameters();
        return refused(&trouble, "", "");
    };
    let wish = Registration {
        token: sent.t.clone(),
        username: sent.username.clone(),
        password: sent.password,
    };
    match sign_up(&app, address, wish).await {
        Ok(user) => render(
            StatusCode::CREATED,
            &welcome(&app.public_url, &user.username),
        ),
        Err(trouble) => refused(&trouble, sent.t.expose(), &sent.username),
    }
}

async fn sign_up(
    app: &App,
    address: ClientAddress,
    wish: Registration,
) -> Result<UserView, Problem> {
    app.limits.check("sign_up", address.0)?;
    Ok(register(app, wish).await?)
}

fn refused(trouble: &Problem, token: &str, username: &str) -> HttpResponse {
    let answer = render(trouble.status, &form(token, username, Some(trouble)));
    with_retry_after(answer, trouble.retry_after)
}

/// A page that browsers keep to themselves and that runs no script.
pub(crate) fn render(status: StatusCode, body: &Markup) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Latchkey" }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page.into_string())
}

fn form(token: &str, username: &str, trouble: Option<&Problem>) -> Markup {
    html! {
        h1 { "Make your account" }
        @if let Some(trouble) = trouble {
            p.trouble role="alert" {
                strong { (trouble.title) } br; (trouble.detail)
            }
        }
        form method="post" action=(REGISTER) {
            input type="hidden" name="t" value=(token);
            label {
                "Name"
                input name="username" value=(username) required minlength="4" maxlength="32"
                    autocomplete="username" autocapitalize="none" spellcheck="false" autofocus;
                small { "4 to 32 characters. It cannot be changed later." }
            }
            label {
                "Password"
                input name="password" type="password" required minlength="8" maxlength="256"
                    autocomplete="new-password";
                small { "At least 8 characters." }
            }
            button { "Make account" }
        }
    }
}

fn welcome(public_url: &str, username: &str) -> Markup {
    html! {
        h1 { "Welcome, " (username) }
        p { "Your account is made. Sign in with your client at " code { (public_url) } "." }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::header::RETRY_AFTER;

    use super::*;

    #[test]
    fn a_form_that_comes_too_often_is_told_the_whole_wait() {
        let trouble = Problem::too_many_requests(Duration::from_millis(1_200));
        let answer = refused(&trouble, "", "");
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
    }
}

//! `/settings/delete`: somebody deletes the own account, with the password once more.

use actix_web::http::StatusCode;
use actix_web::http::header::TryIntoHeaderPair as _;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::{Caller, clear_cookie, clear_rds_cookie};
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_common::secret::Secret;
use latchkey_common::server::PageForm;
use latchkey_contracts::pages::{DATA, DELETE, HOME, SETTINGS};
use latchkey_pages::{Field, Member, Visitor, fill, trouble};
use maud::html;
use serde::Deserialize;

use crate::app::App;
use crate::app::account::delete_account::{DeleteAccountError, delete_own_account};
use crate::app::session::list::list_sessions;
use crate::app::token::api_tokens::list_api_tokens;
use crate::http::FORGET;

#[derive(Default, Deserialize)]
pub(crate) struct Submitted {
    #[serde(default)]
    confirm: Option<Secret>,
}

/// What is wrong: above the form, and beside the password.
#[derive(Default)]
struct Wrong {
    said: Option<&'static str>,
    password: Option<&'static str>,
}

pub(crate) async fn show(app: web::Data<App>, member: Member) -> HttpResponse {
    let Member { visitor, caller } = member;
    page(&app, &visitor, &caller, StatusCode::OK, Wrong::default()).await
}

pub(crate) async fn submit(
    app: web::Data<App>,
    nobody: Visitor,
    member: Member,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let Member { visitor, caller } = member;
    let words = visitor.language().mine();
    let Submitted { confirm } = sent.map(PageForm::into_inner).unwrap_or_default();
    let Some(password) = confirm.filter(|typed| !typed.expose().is_empty()) else {
        let wrong = Wrong {
            said: Some(words.not_deleted),
            password: Some(words.password_missing),
        };
        return page(&app, &visitor, &caller, StatusCode::BAD_REQUEST, wrong).await;
    };
    let (status, wrong) = match delete_own_account(&app, &caller, password).await {
        Ok(()) => return done(&nobody),
        Err(DeleteAccountError::InvalidCredentials) => (
            StatusCode::FORBIDDEN,
            Wrong {
                said: Some(words.not_deleted),
                password: Some(words.password_wrong),
            },
        ),
        Err(DeleteAccountError::LastSuperUser) => (
            StatusCode::CONFLICT,
            Wrong {
                said: Some(words.last),
                password: None,
            },
        ),
        Err(DeleteAccountError::NotFound) => {
            return visitor.trouble(&Fault::Unauthenticated.into());
        }
        Err(DeleteAccountError::Fault(fault)) => return visitor.trouble(&fault.into()),
    };
    page(&app, &visitor, &caller, status, wrong).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    status: StatusCode,
    wrong: Wrong,
) -> HttpResponse {
    let words = visitor.language().mine();
    let all = Page {
        after: None,
        limit: None,
    };
    let counts = async {
        let sessions = list_sessions(app, caller.user).await?.len();
        let tokens = list_api_tokens(app, caller.user, all).await?.items.len();
        Ok::<_, Fault>((sessions.to_string(), tokens.to_string()))
    };
    let (sessions, tokens) = match counts.await {
        Ok(counts) => counts,
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let gaps = [
        ("name", caller.username.as_str()),
        ("sessions", &sessions),
        ("tokens", &tokens),
    ];
    let confirm = Field {
        name: "confirm",
        label: words.password,
        error: wrong.password,
        fills: "current-password",
        is_password: true,
        ..Field::default()
    };
    let body = html! {
        h1 { (words.delete_title) }
        @if let Some(said) = wrong.said { (trouble(said)) }
        p { (fill(words.delete_now, &gaps)) }
        ul {
            li { (fill(words.delete_account, &gaps)) }
            li { (words.delete_messages) }
            li { (words.delete_channels) }
            li { (words.delete_groups) }
            li { (words.delete_namespaces) }
            li { (words.delete_invitations) }
            li { (words.delete_rest) }
            li { (words.delete_kept) }
        }
        p { a href=(DATA) { (words.delete_count) } }
        p { strong { (words.delete_final) } }
        form method="post" action=(visitor.action(DELETE)) {
            (confirm.render())
            button.bad { (words.delete_button) }
        }
        p { a href=(SETTINGS) { (words.back) } }
    };
    visitor.page_with_form(status, words.delete_title, &body)
}

/// `visitor` is nobody any more.
fn done(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().mine();
    let body = html! {
        h1 { (words.deleted_title) }
        p { (words.deleted_text) }
        p { a href=(HOME) { (words.deleted_home) } }
    };
    let mut answer = visitor.page(StatusCode::OK, words.deleted_title, &body);
    for cookie in [clear_cookie(), clear_rds_cookie()] {
        drop(answer.add_cookie(&cookie));
    }
    if let Ok((name, value)) = FORGET.try_into_pair() {
        answer.headers_mut().insert(name, value);
    }
    answer
}

//! `/settings`: one's own password, sessions, tokens and language.

mod act;
mod password;
mod sessions;
mod tokens;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_common::server::LANGUAGE_COOKIE;
use latchkey_contracts::pages::{BLOCKS, DATA, DELETE, SETTINGS};
use latchkey_pages::{Language, Member, Visitor, note, select, trouble};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use self::act::submit;
use self::password::password;
use self::sessions::sessions;
use self::tokens::tokens;
use crate::app::App;
use crate::app::session::list::list_sessions;
use crate::app::token::api_tokens::list_api_tokens;

/// Tokens on the page: fewer may be had, unless the settings say otherwise.
const TOKENS: Page = Page {
    after: None,
    limit: Some(100),
};

/// What is wrong, and beside which field it stands.
#[derive(Default)]
struct Wrong {
    old: Option<&'static str>,
    new: Option<&'static str>,
    name: Option<&'static str>,
    scopes: Option<&'static str>,
    confirm: Option<&'static str>,
    language: Option<&'static str>,
    /// The name of a token as it was typed.
    typed: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    done: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Opened { done } = query.map(web::Query::into_inner).unwrap_or_default();
    let words = member.visitor.language().settings();
    let done = match done.as_str() {
        "password" => Some(words.changed),
        "ended" => Some(words.ended),
        "revoked" => Some(words.revoked),
        _ => None,
    };
    page(&app, &member.visitor, &member.caller, done, None).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    done: Option<&str>,
    wrong: Option<(StatusCode, Wrong)>,
) -> HttpResponse {
    let words = visitor.language().settings();
    match lists(app, visitor, caller, wrong.as_ref().map(|(_, wrong)| wrong)).await {
        Ok(lists) => {
            let status = wrong.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
            let body = html! {
                h1 { (words.title) }
                @if let Some(done) = done { (note(&html! { p { (done) } })) }
                @if wrong.is_some() { (trouble(words.wrong)) }
                (lists)
                (language(visitor, wrong.as_ref().and_then(|(_, wrong)| wrong.language)))
                p { a href=(BLOCKS) { (words.blocks) } }
                p { a href=(DATA) { (visitor.language().mine().data_title) } }
                p { a href=(DELETE) { (visitor.language().mine().delete_title) } }
            };
            visitor.page_with_form(status, words.title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

async fn lists(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    wrong: Option<&Wrong>,
) -> Result<Markup, Fault> {
    let live = list_sessions(app, caller.user).await?;
    let owned = list_api_tokens(app, caller.user, TOKENS).await?;
    let nothing = Wrong::default();
    let wrong = wrong.unwrap_or(&nothing);
    Ok(html! {
        (password(visitor, wrong))
        (sessions(visitor, caller, &live))
        (tokens(visitor, &owned.items, wrong))
    })
}

fn language(visitor: &Visitor, wrong: Option<&str>) -> Markup {
    let words = visitor.language().settings();
    let here = visitor.language().tag();
    let mut all = vec![("", words.by_browser)];
    all.extend(Language::ALL.map(|one| (one.tag(), one.name())));
    html! {
        h2 { (words.language) }
        form method="post" action=(visitor.action(SETTINGS)) {
            (select(LANGUAGE_COOKIE, words.language, &all, here, wrong))
            button.second name="do" value="language" { (words.save) }
        }
    }
}

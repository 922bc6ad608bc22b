//! `/people`: everybody, for those who look after the place; oneself, for all others.

mod act;
mod one;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Caller;
use latchkey_common::page::{Page, Paged};
use latchkey_contracts::pages::{INVITATIONS, PEOPLE};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::{Field, Member, Visitor, escaped, moment};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use self::act::submit;
pub(super) use self::one::show;
use crate::app::App;
use crate::app::account::search::search_users;
use crate::domain::account::Account;

/// People on one page.
const SIZE: i64 = 50;

/// Characters of a name.
const LONGEST: u32 = 32;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    name: String,
    #[serde(default)]
    after: Option<i64>,
}

pub(crate) async fn list(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Member { visitor, caller } = member;
    if !caller.is_super_user {
        return alone(&visitor, &caller);
    }
    let Opened { name, after } = query.map(web::Query::into_inner).unwrap_or_default();
    let part = Page {
        after,
        limit: Some(SIZE),
    };
    match search_users(&app, caller.user, name.trim(), part).await {
        Ok(found) => {
            let body = listed(&visitor, &caller, &found, name.trim(), after.is_none());
            visitor.page(StatusCode::OK, visitor.language().people().title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

/// Where somebody's page lies.
fn place(account: &Account) -> String {
    format!("{PEOPLE}/{}", Id::<ids::Account>::of(account.id.0))
}

fn listed(
    visitor: &Visitor,
    caller: &Caller,
    found: &Paged<Account>,
    name: &str,
    is_first: bool,
) -> Markup {
    let words = visitor.language().people();
    let part = Field {
        name: "name",
        label: words.search,
        value: name,
        fills: "off",
        length: Some((0, LONGEST)),
        is_optional: true,
        ..Field::default()
    };
    let here = format!("{PEOPLE}?name={}", escaped(name));
    html! {
        h1 { (words.title) }
        form role="search" method="get" action=(PEOPLE) {
            (part.render())
            button.second { (words.find) }
        }
        @if found.items.is_empty() { p { (words.none) } }
        @for account in &found.items { (row(visitor, caller, account)) }
        p.pages {
            @if !is_first { a href=(here) { (words.first) } }
            @if let Some(next) = found.next { a href=(format!("{here}&after={next}")) { (words.older) } }
        }
    }
}

fn row(visitor: &Visitor, caller: &Caller, account: &Account) -> Markup {
    let words = visitor.language().people();
    html! {
        article {
            h2 { a href=(place(account)) { (account.username) } }
            p.quiet { (standing(visitor, caller, account)) (words.since) " " (moment(account.created_at)) }
        }
    }
}

/// What somebody is, each with what parts it from what follows.
fn standing(visitor: &Visitor, caller: &Caller, account: &Account) -> String {
    let words = visitor.language().people();
    let all = [
        (account.id == caller.user, words.is_you),
        (account.is_super_user, words.is_super_user),
        (account.is_locked && !account.is_deleted(), words.is_locked),
        (account.is_deleted(), words.is_deleted),
    ];
    let is = all.into_iter().filter(|(is, _)| *is);
    let words = is.flat_map(|(_, word)| [word, ", "]);
    words.collect()
}

/// Whoever looks after nothing sees nobody else here.
fn alone(visitor: &Visitor, caller: &Caller) -> HttpResponse {
    let words = visitor.language().people();
    let own = format!("{PEOPLE}/{}", Id::<ids::Account>::of(caller.user.0));
    let body = html! {
        h1 { (words.title) }
        p { (words.own) }
        p { a href=(own) { (caller.username) } }
        p { a href=(INVITATIONS) { (words.invitations) } }
    };
    visitor.page(StatusCode::OK, words.title, &body)
}

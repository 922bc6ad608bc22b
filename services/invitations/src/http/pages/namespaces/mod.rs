//! `/namespaces`: the trees in which somebody works, and looking after one's own. What somebody may do is what the namespace
//! contract's calls let them do.

mod act;
mod make;
mod owner;
mod show;
mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::UserId;
use latchkey_common::page::{Page, Paged};
use latchkey_contracts::pages::NAMESPACES;
use latchkey_pages::words::namespaces::Namespaces;
use latchkey_pages::{Field, Member, Visitor, escaped, fill, lead_to, note};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use self::act::submit;
pub(super) use self::make::{make, show as show_making};
pub(super) use self::show::show;
use crate::app::App;
use crate::app::namespace::list::list_mine;
use crate::app::namespace::page::as_reader;
use crate::app::namespace::view::NamespaceView;
use crate::domain::namespace::Visibility;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
    #[serde(default)]
    q: String,
    #[serde(default)]
    done: String,
}

pub(crate) async fn list(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let opened = query.map(web::Query::into_inner).unwrap_or_default();
    let Member { visitor, caller } = member;
    let (me, part) = (
        caller.user,
        Page {
            after: opened.after,
            limit: None,
        },
    );
    // No database takes this sign, and no path has it.
    let search = opened.q.trim().replace('\0', "");
    match list_mine(&app, as_reader(caller), search, part).await {
        Ok(found) => {
            let words = visitor.language().namespaces();
            let body = listed(&visitor, me, &opened, &found);
            visitor.page_with_script(StatusCode::OK, words.title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

fn listed(visitor: &Visitor, me: UserId, opened: &Opened, found: &Paged<NamespaceView>) -> Markup {
    let words = visitor.language().namespaces();
    let search = Field {
        name: "q",
        label: words.search,
        value: &opened.q,
        fills: "off",
        is_optional: true,
        ..Field::default()
    };
    let is_plain = opened.q.is_empty() && opened.after.is_none();
    html! {
        h1 { (words.title) }
        p { (words.text) }
        @if opened.done == "deleted" { (note(&html! { p { (words.done_deleted) } })) }
        form role="search" method="get" action=(NAMESPACES) {
            (search.render())
            button.second { (words.search_button) }
        }
        @if found.items.is_empty() { p { (if is_plain { words.none } else { words.found_none }) } }
        ul.rows {
            @for one in &found.items {
                @let path = one.lineage.namespace.path.as_str();
                li {
                    a href=(place(&one.owner.username, path)) { (path) }
                    span.quiet {
                        (whose(words, me, one)) " · " (seen_by(words, one.lineage.namespace.visibility))
                    }
                }
            }
        }
        @if let Some(after) = found.next {
            p { a href=(format!("{NAMESPACES}?after={after}&q={}", escaped(&opened.q))) { (words.more) } }
        }
        p { a.button href=(format!("{NAMESPACES}/new")) { (words.make) } }
    }
}

fn whose(words: &Namespaces, me: UserId, one: &NamespaceView) -> String {
    if one.owner.id == me {
        return words.yours.to_owned();
    }
    fill(words.owned_by, &[("name", &one.owner.username)])
}

fn seen_by(words: &Namespaces, visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => words.private,
        Visibility::Internal => words.internal,
        Visibility::Public => words.public,
    }
}

/// Where a namespace lies.
fn place(owner: &str, path: &str) -> String {
    format!("{NAMESPACES}/{}/{path}", escaped(owner))
}

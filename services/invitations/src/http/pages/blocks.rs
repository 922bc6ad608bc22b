//! `/settings/blocks`: from whom somebody takes no invitations.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::UserId;
use latchkey_common::page::Paged;
use latchkey_common::server::PageForm;
use latchkey_contracts::pages::{BLOCKS, SETTINGS};
use latchkey_pages::{Member, Visitor, hidden, lead_to};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::app::block::list::{BlockView, list_blocks};
use crate::app::block::remove::unblock;
use crate::app::invitation::list::Part;

/// People on one page.
const SIZE: i64 = 50;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct Submitted {
    account: i64,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Opened { after } = query.map(web::Query::into_inner).unwrap_or_default();
    let part = Part {
        after,
        limit: SIZE + 1,
        is_newest_first: true,
    };
    let Member { visitor, caller } = member;
    match list_blocks(&app, caller.user, part).await {
        Ok(rows) => {
            let page = Paged::cut(rows, SIZE, |row| row.block.id.0);
            let title = visitor.language().settings().blocks;
            visitor.page(StatusCode::OK, title, &listed(&visitor, &page))
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

/// Whoever is not blocked any more is what was wanted.
pub(crate) async fn submit(
    app: web::Data<App>,
    member: Member,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let whom = UserId(sent.map(|sent| sent.0.account).unwrap_or_default());
    match unblock(&app, member.caller.user, whom).await {
        Ok(_) => lead_to(BLOCKS),
        Err(fault) => member.visitor.trouble(&fault.into()),
    }
}

fn listed(visitor: &Visitor, page: &Paged<BlockView>) -> Markup {
    let words = visitor.language().settings();
    html! {
        h1 { (words.blocks) }
        p { (words.blocks_text) }
        @if page.items.is_empty() { p { (words.blocks_none) } }
        @for one in &page.items {
            @let name = one.username.as_deref().unwrap_or(visitor.language().inbox().somebody);
            form.row method="post" action=(visitor.action(BLOCKS)) {
                (hidden("account", &one.block.blocked.0.to_string()))
                p { (name) }
                button.second aria-label=(format!("{}: {name}", words.unblock)) { (words.unblock) }
            }
        }
        @if let Some(next) = page.next {
            p { a href=(format!("{BLOCKS}?after={next}")) { (words.older) } }
        }
        p { a href=(SETTINGS) { (words.title) } }
    }
}

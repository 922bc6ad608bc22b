//! `/settings/data`: how much there is of somebody, and all of it as one file.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream::try_unfold;
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::{DATA, DELETE, SETTINGS};
use latchkey_pages::{Member, Visitor, fill};
use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::app::App;
use crate::app::own_data::{Counts, Section, count, head, piece};

pub(crate) async fn show(app: web::Data<App>, member: Member) -> HttpResponse {
    let Member { visitor, caller } = member;
    match count(&app, caller.user).await {
        Ok(counts) => {
            let title = visitor.language().mine().data_title;
            let body = page(&visitor, &caller.username, &counts);
            visitor.page_with_form(StatusCode::OK, title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

fn page(visitor: &Visitor, name: &str, counts: &Counts) -> Markup {
    let words = visitor.language().mine();
    let number = |count: &dyn ToString| count.to_string();
    let lines = [
        (words.data_channels, number(&counts.channels)),
        (words.data_owned, number(&counts.owned)),
        (words.data_groups, number(&counts.groups)),
        (words.data_namespaces, number(&counts.namespaces)),
        (words.data_open, number(&counts.open)),
        (words.data_waiting, number(&counts.waiting)),
    ];
    html! {
        h1 { (words.data_title) }
        h2 { (words.take) }
        p { (words.take_text) }
        form method="post" action=(visitor.action(DATA)) {
            button { (words.take_button) }
        }
        h2 { (words.delete_title) }
        p { (fill(words.data_count, &[("name", name)])) }
        dl { @for (word, count) in &lines { dt { (word) } dd { (count) } } }
        p { (words.data_delete) }
        p { a href=(DELETE) { (words.delete_title) } }
        p { a href=(SETTINGS) { (words.back) } }
    }
}

/// The file. Its first piece is made before the answer begins, so that trouble is told by a page; later trouble cuts the
/// answer off, and no browser takes a part for the whole.
pub(crate) async fn take(app: web::Data<App>, member: Member) -> HttpResponse {
    let Member { visitor, caller } = member;
    let user = caller.user;
    if let Err(busy) = app.limits.check("data", user) {
        return visitor.trouble(&busy.into());
    }
    let begun = match head(&app, user).await {
        Ok(begun) => begin(begun, &app),
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let archive = Archive {
        app: app.into_inner(),
        user,
        begun: Some(begun),
        section: 0,
        after: Some(0),
        is_first: true,
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(try_unfold(archive, next))
}

/// The members that are no lists, without the last brace.
fn begin(members: Map<String, Value>, app: &App) -> String {
    let mut all = Map::new();
    all.insert(
        "made_at".to_owned(),
        Value::from(app.db.clock().now().rfc3339()),
    );
    all.extend(members);
    let mut text = Value::Object(all).to_string();
    text.pop();
    text
}

/// How far it has been written.
struct Archive {
    app: std::sync::Arc<App>,
    user: UserId,
    /// What stands before the lists, until it is written.
    begun: Option<String>,
    /// Which of the lists is being written.
    section: usize,
    /// Behind which number its next piece begins; `None`: it is written.
    after: Option<i64>,
    /// Whether no row of it has been written.
    is_first: bool,
}

/// The next bytes; `None` at the end.
async fn next(mut archive: Archive) -> Result<Option<(Bytes, Archive)>, Fault> {
    if let Some(begun) = archive.begun.take() {
        return Ok(Some((Bytes::from(begun), archive)));
    }
    let Some(section) = Section::ALL.get(archive.section).copied() else {
        let is_over = archive.section > Section::ALL.len();
        archive.section = Section::ALL.len().saturating_add(1);
        return Ok((!is_over).then(|| (Bytes::from_static(b"}\n"), archive)));
    };
    let mut text = String::new();
    if archive.after == Some(0) {
        for part in [",\n\"", section.name(), "\":["] {
            text.push_str(part);
        }
    }
    let found = piece(
        &archive.app,
        archive.user,
        section,
        archive.after.unwrap_or(0),
    )
    .await?;
    for row in found.rows {
        text.push_str(if archive.is_first { "\n" } else { ",\n" });
        archive.is_first = false;
        text.push_str(&row.to_string());
    }
    archive.after = found.next;
    if archive.after.is_none() {
        text.push(']');
        archive.section += 1;
        archive.after = Some(0);
        archive.is_first = true;
    }
    Ok(Some((Bytes::from(text), archive)))
}

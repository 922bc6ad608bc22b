//! Lists of namespaces, a page at a time.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};

use super::view::{NamespaceView, view_namespaces};
use crate::app::App;
use crate::domain::namespace::{Namespace, NamespaceId};
use crate::store::namespace::namespaces::{children, list_of};

/// How many namespaces a page has.
const PAGE: i64 = 25;

/// Those that somebody owns or collaborates in, whose path has `search` in it.
pub(crate) async fn list_mine(
    app: &App,
    me: UserId,
    search: String,
    page: Page,
) -> Result<Paged<NamespaceView>, Fault> {
    let (size, after) = (page.size(PAGE), page.after.unwrap_or_default());
    let rows: Vec<Namespace> = app
        .db
        .read(move |conn| Ok::<_, Fault>(list_of(conn, me, &search, after, size + 1)?))
        .await?;
    cut(app, rows, size).await
}

/// Those that lie directly in another one.
pub(crate) async fn list_children(
    app: &App,
    parent: NamespaceId,
    page: Page,
) -> Result<Paged<NamespaceView>, Fault> {
    let (size, after) = (page.size(PAGE), page.after.unwrap_or_default());
    let rows: Vec<Namespace> = app
        .db
        .read(move |conn| Ok::<_, Fault>(children(conn, parent, after, size + 1)?))
        .await?;
    cut(app, rows, size).await
}

async fn cut(app: &App, rows: Vec<Namespace>, size: i64) -> Result<Paged<NamespaceView>, Fault> {
    let Paged { items, next } = Paged::cut(rows, size, |row| row.id.0);
    let items = view_namespaces(app, items).await?;
    Ok(Paged { items, next })
}

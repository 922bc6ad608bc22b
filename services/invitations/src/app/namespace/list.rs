//! Lists of namespaces, a page at a time.

use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::UserView;

use super::find::{Address, NamespaceError, read_visible};
use super::view::{NamespaceView, view_namespaces};
use crate::app::App;
use crate::domain::namespace::{Lineage, Namespace};
use crate::store::namespace::namespaces::{children, lineages, list_of};

/// How many namespaces a page has.
const PAGE: i64 = 25;

/// Those that somebody owns or collaborates in, whose path has `search` in it.
pub(crate) async fn list_mine(
    app: &App,
    me: UserView,
    search: String,
    page: Page,
) -> Result<Paged<NamespaceView>, Fault> {
    let (size, after) = (page.size(PAGE), page.after.unwrap_or_default());
    let (user, most, now) = (me.id, app.list_bytes, app.db.now());
    let found = app
        .db
        .read(move |conn| {
            let rows = list_of(conn, user, &search, after, size + 1, now)?;
            Ok::<_, Fault>(cut(conn, rows, size, most)?)
        })
        .await?;
    Ok(Paged {
        items: view_namespaces(app, me, found.items).await?,
        next: found.next,
    })
}

/// Those that lie directly in another one, if `who` may see it.
pub(crate) async fn list_children(
    app: &App,
    who: Option<&UserView>,
    parent: &Address,
    page: Page,
) -> Result<Paged<NamespaceView>, NamespaceError> {
    let (size, after) = (page.size(PAGE), page.after.unwrap_or_default());
    let most = app.list_bytes;
    let look = move |conn: &mut Conn, parent: Namespace| {
        let rows = children(conn, parent.id, after, size + 1)?;
        cut(conn, rows, size, most)
    };
    let (owner, found) = read_visible(app, who, parent, look).await?;
    Ok(found.map(|lineage| NamespaceView {
        lineage,
        owner: owner.clone(),
    }))
}

/// At most `size` of them, and at most so many bytes.
fn cut(
    conn: &mut Conn,
    rows: Vec<Namespace>,
    size: i64,
    most: usize,
) -> QueryResult<Paged<Lineage>> {
    let Paged { items, next } = Paged::cut(rows, size, |row| row.id.0);
    let items = lineages(conn, items)?;
    let paged = Paged { items, next };
    Ok(paged.within(most, |row| row.namespace.id.0, Lineage::written))
}

//! All links, for super users: who asked for whom, and what became of it.

use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::via_fault;
use latchkey_peers::users::People;

use super::App;
use crate::domain::link::{Link, LinkId};
use crate::domain::subject::{Asker, NotSuperUser};
use crate::store::links;
pub(crate) use crate::store::links::Filter;

/// Why nothing is listed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    /// The list is for super users.
    #[error(transparent)]
    NotSuperUser(#[from] NotSuperUser),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ListError);

/// Some of the links, and the names of everybody in them.
#[derive(Debug)]
pub(crate) struct Links {
    /// In the order of the list that was asked for.
    pub(crate) page: Paged<Link>,
    /// Names.
    pub(crate) people: People,
}

/// Lists links, revoked ones and attempts that made none included.
pub(crate) async fn list_links(app: &App, asker: Asker, page: Page) -> Result<Links, ListError> {
    if !asker.is_super_user {
        return Err(NotSuperUser.into());
    }
    let size = page.size(app.list_ceiling);
    let after = LinkId(page.after.unwrap_or_default());
    let rows: Vec<Link> = app
        .db
        .look(move |conn| links::list(conn, after, size.saturating_add(1)))
        .await?;
    Ok(named(app, Paged::cut(rows, size, |row| row.id.0)).await?)
}

/// Lists for the operator those that fit, newest first.
pub(crate) async fn list_for_operator(
    app: &App,
    filter: Filter,
    page: Page,
) -> Result<Links, Fault> {
    let size = page.size(app.list_ceiling);
    let after = page.after.map(LinkId);
    let rows: Vec<Link> = app
        .db
        .look(move |conn| links::list_for_operator(conn, &filter, after, size.saturating_add(1)))
        .await?;
    named(app, Paged::cut(rows, size, |row| row.id.0)).await
}

async fn named(app: &App, page: Paged<Link>) -> Result<Links, Fault> {
    let named = page.items.iter().flat_map(everybody);
    let people = People::find(&app.users, named).await?;
    Ok(Links { page, people })
}

/// Everybody who has to do with a link.
pub(super) fn everybody(link: &Link) -> impl Iterator<Item = latchkey_common::auth::UserId> {
    [Some(link.user_id), Some(link.requested_by), link.ended_by]
        .into_iter()
        .flatten()
}

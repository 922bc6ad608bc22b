//! Who was let into a tree of namespaces: looking at the list, and shutting somebody out.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::Conn;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::{People, UserView};

use super::find::{Address, NamespaceError, read_owned};
use crate::app::App;
use crate::domain::namespace::{Collaborator, Namespace, NamespaceId};
use crate::store::namespace::collaborators;
use crate::store::namespace::namespaces::hold_tree;

/// A collaborator as they are shown.
#[derive(Debug, Clone)]
pub(crate) struct CollaboratorView {
    /// Who.
    pub(crate) user: UserView,
    /// Since when.
    pub(crate) joined_at: Millis,
}

/// Everybody who was let into the tree of a namespace of `me`, and the namespace.
pub(crate) async fn list_collaborators(
    app: &App,
    me: &UserView,
    address: &Address,
    page: Page,
) -> Result<(Namespace, Paged<CollaboratorView>), NamespaceError> {
    let (size, after) = (page.size(app.list_ceiling), page.after.unwrap_or_default());
    let now = app.db.now();
    let look = move |conn: &mut Conn, found: Namespace| {
        let more = size.saturating_add(1);
        let rows = collaborators::list(conn, found.root_id, after, more, now)?;
        Ok((found, rows))
    };
    let (namespace, rows) = read_owned(app, me, address, look).await?;
    let rows = Paged::cut(rows, size, |row| row.user_id.0);
    let people = People::find(&app.users, rows.items.iter().map(|row| row.user_id)).await?;
    let view = |row: Collaborator| {
        Some(CollaboratorView {
            user: people.get(row.user_id)?.clone(),
            joined_at: row.created_at,
        })
    };
    let page = Paged {
        items: rows.items.into_iter().filter_map(view).collect(),
        next: rows.next,
    };
    Ok((namespace, page))
}

/// Shuts somebody out of the tree. False when they were not in.
pub(crate) async fn remove_collaborator(
    app: &App,
    root: NamespaceId,
    user: UserId,
) -> Result<bool, Fault> {
    app.db
        .for_ending()
        .write(move |conn| {
            hold_tree(conn, root)?;
            Ok(collaborators::remove(conn, root, user)?)
        })
        .await
}

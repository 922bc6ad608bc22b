//! Finding the namespace that an address names, for those who may know that it exists.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::{UserView, Username};

use crate::app::App;
use crate::domain::namespace::{Namespace, NamespacePath};
use crate::store::namespace::{collaborators, namespaces};

/// Where a namespace stands: its owner's name and its path, as somebody wrote them.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// A username.
    pub(crate) owner: String,
    /// Names with slashes between.
    pub(crate) path: String,
}

/// Why there is nothing to act on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NamespaceError {
    /// There is nothing, or nothing that the caller may know of.
    #[error("no such namespace")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(NamespaceError);

/// The account with this name.
pub(crate) async fn find_user(app: &App, name: &str) -> Result<UserView, NamespaceError> {
    let name = Username::parse(name).ok_or(NamespaceError::NotFound)?;
    let found = app.users.by_username(name.as_str().to_owned()).await?;
    found.ok_or(NamespaceError::NotFound)
}

/// The namespace, if `who` may see it; `None` is somebody without an account.
pub(crate) async fn find_visible(
    app: &App,
    who: Option<UserId>,
    address: &Address,
) -> Result<Namespace, NamespaceError> {
    let path = NamespacePath::parse(&address.path).ok_or(NamespaceError::NotFound)?;
    let owner = find_user(app, &address.owner).await?.id;
    app.db
        .read(move |conn| {
            let found = namespaces::find(conn, owner, &path)?.ok_or(NamespaceError::NotFound)?;
            let is_collaborator = match who {
                Some(who) => collaborators::is_in(conn, found.root_id, who)?,
                None => false,
            };
            if found.is_visible_to(who, is_collaborator) {
                Ok(found)
            } else {
                Err(NamespaceError::NotFound)
            }
        })
        .await
}

/// The namespace, if it is `me` who owns it.
pub(crate) async fn find_owned(
    app: &App,
    me: UserId,
    address: &Address,
) -> Result<Namespace, NamespaceError> {
    let path = NamespacePath::parse(&address.path).ok_or(NamespaceError::NotFound)?;
    if find_user(app, &address.owner).await?.id != me {
        return Err(NamespaceError::NotFound);
    }
    app.db
        .read(move |conn| {
            let found = namespaces::find(conn, me, &path)?;
            found.ok_or(NamespaceError::NotFound)
        })
        .await
}

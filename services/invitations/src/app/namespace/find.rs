//! Finding the namespace that an address names, for those who may know that it exists.

use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::{text, via_fault};
use latchkey_peers::users::UserView;

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

impl Address {
    fn path(&self) -> Result<NamespacePath, NamespaceError> {
        NamespacePath::parse(&self.path).ok_or(NamespaceError::NotFound)
    }
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
    let found = app.users.by_username(name.to_owned()).await?;
    found.ok_or(NamespaceError::NotFound)
}

/// True when `name` is the name of `me`, spelled so. One that is called the same but spelled otherwise may
/// be somebody else: `users` is asked.
fn is_mine(me: &UserView, name: &str) -> bool {
    text::spelling(name) == text::spelling(&me.username)
}

/// The namespace, if `who` may see it; `None` is somebody without an account.
pub(crate) async fn find_visible(
    app: &App,
    who: Option<&UserView>,
    address: &Address,
) -> Result<Namespace, NamespaceError> {
    let (_, found) = read_visible(app, who, address, |_, found| Ok(found)).await?;
    Ok(found)
}

/// What `look` reads about a namespace that `who` may see, in the read that finds it, and whose the
/// namespace is, as `who` sees them: nobody is asked for their own account.
pub(crate) async fn read_visible<T: Send + 'static>(
    app: &App,
    who: Option<&UserView>,
    address: &Address,
    look: impl FnOnce(&mut Conn, Namespace) -> QueryResult<T> + Send + 'static,
) -> Result<(UserView, T), NamespaceError> {
    let path = address.path()?;
    let owner = match who.filter(|me| is_mine(me, &address.owner)) {
        Some(me) => me.clone(),
        None => find_user(app, &address.owner).await?,
    };
    let (owner_id, who) = (owner.id, who.map(|who| who.id));
    let now = app.db.now();
    let (read, is_in) = app
        .db
        .read(move |conn| {
            let found = namespaces::find(conn, owner_id, &path)?.ok_or(NamespaceError::NotFound)?;
            let is_collaborator = match who {
                Some(who) => collaborators::is_in(conn, found.root_id, who, now)?,
                None => false,
            };
            if found.is_visible_to(who, is_collaborator) {
                Ok((look(conn, found)?, is_collaborator))
            } else {
                Err(NamespaceError::NotFound)
            }
        })
        .await?;
    Ok((owner.seen_by(who, is_in), read))
}

/// The namespace, if it is `me` who owns it.
pub(crate) async fn find_owned(
    app: &App,
    me: &UserView,
    address: &Address,
) -> Result<Namespace, NamespaceError> {
    read_owned(app, me, address, |_, found| Ok(found)).await
}

/// What `look` reads about a namespace that `me` owns, in the read that finds it.
pub(crate) async fn read_owned<T: Send + 'static>(
    app: &App,
    me: &UserView,
    address: &Address,
    look: impl FnOnce(&mut Conn, Namespace) -> QueryResult<T> + Send + 'static,
) -> Result<T, NamespaceError> {
    let (path, me_id) = (address.path()?, me.id);
    if !is_mine(me, &address.owner) && find_user(app, &address.owner).await?.id != me.id {
        return Err(NamespaceError::NotFound);
    }
    app.db
        .read(move |conn| {
            let found = namespaces::find(conn, me_id, &path)?.ok_or(NamespaceError::NotFound)?;
            Ok(look(conn, found)?)
        })
        .await
}

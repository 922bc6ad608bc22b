//! Namespaces with what they are shown with: their owner, and what they lie in up to the top.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::{People, UserView};

use super::find::{Address, NamespaceError, read_visible};
use crate::app::App;
use crate::domain::namespace::Lineage;
use crate::store::namespace::namespaces::lineage;

/// A namespace as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct NamespaceView {
    /// The row, and those that it lies in.
    pub(crate) lineage: Lineage,
    /// Whose the whole tree is.
    pub(crate) owner: UserView,
}

impl NamespaceView {
    /// As `reader` sees it, who is in the tree or not.
    pub(super) fn seen_by(self, reader: Option<UserId>, is_in: bool) -> Self {
        Self {
            owner: self.owner.seen_by(reader, is_in),
            lineage: self.lineage,
        }
    }
}

/// The namespace, if `who` may see it; `None` is somebody without an account.
pub(crate) async fn show_namespace(
    app: &App,
    who: Option<&UserView>,
    address: &Address,
) -> Result<NamespaceView, NamespaceError> {
    let (owner, lineage) = read_visible(app, who, address, lineage).await?;
    Ok(NamespaceView { lineage, owner })
}

/// Adds the owners, with their addresses; who is `known` is not asked for.
pub(crate) async fn view_namespaces(
    app: &App,
    known: UserView,
    rows: Vec<Lineage>,
) -> Result<Vec<NamespaceView>, Fault> {
    let owners = rows.iter().map(|row| row.namespace.owner_id);
    let owners = People::from(known).and(&app.users, owners).await?;
    let view = |lineage: Lineage| {
        let owner = owners.get(lineage.namespace.owner_id).cloned();
        let owner = owner.ok_or_else(|| Fault::internal("a namespace without an owner"))?;
        Ok(NamespaceView { lineage, owner })
    };
    rows.into_iter().map(view).collect()
}

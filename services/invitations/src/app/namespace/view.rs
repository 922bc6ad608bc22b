//! Namespaces with what they are shown with: their owner, and what they lie in up to the top.

use std::collections::HashMap;

use latchkey_common::fault::Fault;
use latchkey_peers::users::{People, UserView};

use crate::app::App;
use crate::domain::namespace::{Namespace, NamespaceId};
use crate::store::namespace::namespaces::by_ids;

/// A namespace as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct NamespaceView {
    /// The row.
    pub(crate) namespace: Namespace,
    /// Whose it is.
    pub(crate) owner: UserView,
    /// What it lies in.
    pub(crate) parent: Option<Box<Self>>,
}

/// Looks up what they are shown with.
pub(crate) async fn view_namespaces(
    app: &App,
    rows: Vec<Namespace>,
) -> Result<Vec<NamespaceView>, Fault> {
    let shown = rows.clone();
    let above: HashMap<NamespaceId, Namespace> = app
        .db
        .read(move |conn| {
            let mut found: HashMap<_, _> = shown.into_iter().map(|row| (row.id, row)).collect();
            loop {
                let missing: Vec<NamespaceId> = found
                    .values()
                    .filter_map(|row| row.parent_id)
                    .filter(|id| !found.contains_key(id))
                    .collect();
                let more = by_ids(conn, &missing)?;
                if more.is_empty() {
                    return Ok::<_, Fault>(found);
                }
                found.extend(more.into_iter().map(|row| (row.id, row)));
            }
        })
        .await?;
    let owners = People::find(&app.users, rows.iter().map(|row| row.owner_id)).await?;
    rows.into_iter()
        .map(|row| {
            let owner = owners
                .get(row.owner_id)
                .ok_or_else(|| Fault::internal("a namespace without an owner"))?;
            Ok(view(row, owner, &above))
        })
        .collect()
}

/// One of them.
pub(crate) async fn view_namespace(app: &App, row: Namespace) -> Result<NamespaceView, Fault> {
    let views = view_namespaces(app, vec![row]).await?;
    let first = views.into_iter().next();
    first.ok_or_else(|| Fault::internal("one namespace has one view"))
}

/// A tree has one owner.
fn view(
    namespace: Namespace,
    owner: &UserView,
    above: &HashMap<NamespaceId, Namespace>,
) -> NamespaceView {
    let parent = namespace.parent_id.and_then(|id| above.get(&id));
    NamespaceView {
        parent: parent.map(|parent| Box::new(view(parent.clone(), owner, above))),
        owner: owner.clone(),
        namespace,
    }
}

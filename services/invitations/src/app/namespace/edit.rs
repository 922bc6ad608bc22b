//! Changing a namespace: its text, and who sees its tree.

use latchkey_common::fault::Fault;
use latchkey_common::text::has_length;
use latchkey_common::via_fault;
use latchkey_peers::users::UserView;

use super::view::NamespaceView;
use crate::app::App;
use crate::domain::namespace::{Complaint, MAX_DESCRIPTION, Namespace, Visibility};
use crate::store::namespace::namespaces::{
    by_ids, hold_tree, lineage, set_description, set_visibility,
};

/// What changes; `None` stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    /// A text for people.
    pub(crate) description: Option<String>,
    /// Who sees it. Counts at the top of a tree alone: below, it is inherited.
    pub(crate) visibility: Option<Visibility>,
}

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError {
    /// It is gone.
    #[error("no such namespace")]
    NotFound,
    /// A change has no sense.
    #[error("{}", .0.sentence)]
    Invalid(Complaint),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(EditError);

/// Changes a namespace of `me`, who has found it.
pub(crate) async fn edit_namespace(
    app: &App,
    me: UserView,
    namespace: Namespace,
    changes: Changes,
) -> Result<NamespaceView, EditError> {
    let text = changes.description.as_deref().unwrap_or_default();
    if !has_length(text, 0, MAX_DESCRIPTION) {
        return Err(EditError::Invalid(Complaint {
            field: "description",
            sentence: "A description has at most 255 characters.",
        }));
    }
    let lineage = app
        .db
        .write(move |conn| {
            hold_tree(conn, namespace.root_id)?;
            if let Some(text) = &changes.description {
                set_description(conn, namespace.id, text)?;
            }
            if let Some(visibility) = changes.visibility
                && namespace.parent_id.is_none()
            {
                set_visibility(conn, namespace.root_id, visibility)?;
            }
            let edited = by_ids(conn, &[namespace.id])?.pop();
            let edited = edited.ok_or(EditError::NotFound)?;
            Ok::<_, EditError>(lineage(conn, edited)?)
        })
        .await?;
    Ok(NamespaceView { lineage, owner: me })
}

//! Deleting a namespace with everything below it, and with the invites there.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::kind::Kind;
use crate::domain::namespace::Namespace;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::namespace::namespaces::{delete, hold_tree};

/// Deletes it. False when it was gone before.
pub(crate) async fn delete_namespace(app: &App, namespace: Namespace) -> Result<bool, Fault> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            hold_tree(conn, namespace.root_id)?;
            let gone = delete(conn, &namespace)?;
            let gone: Vec<i64> = gone.into_iter().map(|id| id.0).collect();
            let is_gone = !gone.is_empty();
            end_groundless(conn, &Groundless::IntoEach(Kind::Namespace, gone), NOW, now)?;
            Ok(is_gone)
        })
        .await
}

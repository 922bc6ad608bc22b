//! A deleted person's namespaces are deleted: their address has the owner's name in it, so nobody else can have them. Those
//! of others they leave.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::app::namespace::delete::delete_namespace;
use crate::store::namespace::{collaborators, namespaces};

/// Trees that are asked for at once.
const TREES: i64 = 100;

pub(super) async fn leave_namespaces(app: &App, user: UserId) -> Result<(), Fault> {
    loop {
        let trees = app
            .db
            .look(move |conn| namespaces::trees_of(conn, user, TREES))
            .await?;
        if trees.is_empty() {
            break;
        }
        for tree in trees {
            delete_namespace(app, tree).await?;
        }
    }
    app.db
        .for_ending()
        .change(move |conn| collaborators::remove_everywhere(conn, user))
        .await
}

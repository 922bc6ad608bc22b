//! Taking out those whose time in a tree of namespaces has passed: nothing rests on having been in.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::namespace::collaborators;

/// Takes out everybody whose time has passed.
pub(crate) async fn end_collaborations(app: &App) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .for_ending()
        .change(move |conn| collaborators::remove_over(conn, now))
        .await
}

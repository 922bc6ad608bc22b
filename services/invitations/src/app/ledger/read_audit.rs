//! What super users and the operator did here.

use latchkey_common::audit::{Ask, Row, read};
use latchkey_common::fault::Fault;
use latchkey_common::page::Paged;

use crate::app::App;

/// A page of it, the newest first.
pub(crate) async fn read_audit(app: &App, ask: &Ask) -> Result<Paged<Row>, Fault> {
    read(&app.db, ask, app.list_ceiling).await
}

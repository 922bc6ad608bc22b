//! Showing how many reservations wait for their outcome. A few are normal under load; one that is
//! older than a minute is not, because the job settles what is left over.

use std::time::Duration;

use latchkey_common::fault::Fault;
use latchkey_common::telemetry;

use super::App;
use crate::store::links;

/// Counts the open reservations.
pub(crate) async fn measure(app: &App) -> Result<(), Fault> {
    let (waiting, oldest) = app.db.look(links::reserved).await?;
    let now = app.db.clock().now();
    let age = oldest.map_or(Duration::ZERO, |since| now.since(since));
    telemetry::reservations(app.db.service(), waiting, age);
    Ok(())
}

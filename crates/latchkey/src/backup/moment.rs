//! Snapshots of all databases as of one moment: while they are taken, nobody writes.

use std::path::Path;

use latchkey_common::db::Snapshot;

use super::ServiceFile;
use crate::admin::{Holder, Line};
use crate::writers::{GO, HALT, Ticket};
use latchkey_process::Trouble;

/// How often to try while the writers do not stand still long enough.
const ATTEMPTS: usize = 5;

/// Takes them. Writers stand still for the moment that it takes to begin a transaction in each
/// file; nothing is copied yet.
pub(crate) async fn snapshots(
    folder: &Path,
    files: &[ServiceFile],
) -> Result<Vec<Snapshot>, Trouble> {
    let (line, lock) = match Line::holder(folder).await? {
        Holder::Running(line) => (Some(line), None),
        Holder::Ourselves(lock) => (None, Some(lock)),
    };
    // Opened before anybody has to wait.
    let prepare = |(_, path): &ServiceFile| Snapshot::prepare(path);
    let snapshots = files.iter().map(prepare).collect::<Result<Vec<_>, _>>()?;
    match line {
        Some(line) => take_beside(&line, &snapshots).await?,
        None => take(&snapshots)?,
    }
    // From here on a server may start: a snapshot sees nothing of what it does.
    drop(lock);
    Ok(snapshots)
}

fn take(snapshots: &[Snapshot]) -> Result<(), Trouble> {
    Ok(snapshots.iter().try_for_each(Snapshot::take)?)
}

async fn take_beside(line: &Line, snapshots: &[Snapshot]) -> Result<(), Trouble> {
    let mut last = Trouble::said("the writers were not halted");
    for _ in 0..ATTEMPTS {
        match halted(line, snapshots).await {
            Ok(()) => return Ok(()),
            Err(trouble) => last = trouble,
        }
    }
    Err(Trouble::said(format!(
        "the server's writers did not stand still, try again when it is less busy: {last}"
    )))
}

/// One attempt; an error when the writers went on before they were let go.
async fn halted(line: &Line, snapshots: &[Snapshot]) -> Result<(), Trouble> {
    let ticket = line.call(HALT, &()).await?;
    let ticket: Ticket = serde_json::from_value(ticket)
        .map_err(|error| Trouble::said(format!("no usable answer from the server: {error}")))?;
    let taken = take(snapshots);
    line.call(GO, &ticket).await?;
    taken
}

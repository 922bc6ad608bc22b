//! Whether a server runs, how it is, and whether it is the one of this folder.

use std::path::Path;

use latchkey_common::config::Settings;
use latchkey_common::db::{Db, Location, SoleUse};
use latchkey_common::fault::Fault;
use latchkey_common::server::EdgeSettings;

use crate::admin::{Holder, Line};
use crate::data_folder::is_answered;
use crate::house::SERVICES;
use crate::process::PROCESS;
use latchkey_process::Finding::{self, Fine, Note, Wrong};
use latchkey_process::Trouble;
use latchkey_process::commands::doctor::addresses;
use latchkey_process::commands::healthcheck::{self, State};

/// Either the server runs and says how it is, or nothing stands in its way.
pub(super) async fn server(settings: &Settings, edge: &EdgeSettings) -> Result<Finding, Trouble> {
    if let Ok(health) = healthcheck::ask_which(&edge.internal_listen).await {
        if !is_of(&edge.data_dir, health.process.as_deref()).await? {
            return Ok(Wrong(format!(
                "the server that answers on {} is not the one of the data folder {}: LATCHKEY_DATA_DIR or \
                 LATCHKEY_INTERNAL_LISTEN differs from what that server was started with",
                edge.internal_listen,
                edge.data_dir.display()
            )));
        }
        return Ok(match health.state {
            State::Ready(_) => Fine(format!(
                "the server of the data folder {} runs and is ready",
                edge.data_dir.display()
            )),
            State::NotReady(why) => Wrong(format!(
                "the server runs but is {}",
                why.replace('\n', ": ")
            )),
        });
    }
    if is_answered(&edge.data_dir).await {
        return Ok(Wrong(format!(
            "another Latchkey process uses the data folder {} and does not answer on {}",
            edge.data_dir.display(),
            edge.internal_listen
        )));
    }
    if let Err(trouble) = addresses(edge) {
        return Ok(Wrong(format!("the server does not run, and {trouble}")));
    }
    for service in SERVICES {
        let db = settings.db_settings(service.name())?;
        let is_usable = matches!(db.location, Location::Postgres(_))
            && Db::pending(&db, service.migrations).is_ok();
        if is_usable && let Err(Fault::Invalid(why)) = SoleUse::take(&db) {
            return Ok(Wrong(format!("{}: {why}", service.name())));
        }
    }
    Ok(Note(
        "the server does not run; its addresses are free".to_owned(),
    ))
}

/// Whether the process that has the folder is the one of this name. One of an older version has none, and
/// is believed to be.
async fn is_of(folder: &Path, process: Option<&str>) -> Result<bool, Trouble> {
    if !is_answered(folder).await {
        return Ok(false);
    }
    let Some(process) = process else {
        return Ok(true);
    };
    let Holder::Running(line) = Line::holder(folder).await? else {
        return Ok(false);
    };
    let found = line.call(PROCESS, &()).await?;
    Ok(found.as_str() == Some(process))
}

//! `latchkey migrate`.

use latchkey_common::config::Settings;
use latchkey_common::db::Location;
use latchkey_process::commands::migrate::migrate as run;
use latchkey_process::{Trouble, answer, say};
use serde_json::json;

use crate::data_folder;
use crate::house::{SERVICES, is_split};
use crate::installation::{self, Looks};

/// Runs what is pending, service by service, and lets the databases know that they belong together.
pub(crate) fn migrate(settings: &Settings, accept_older: bool) -> Result<(), Trouble> {
    if is_split(settings)? && is_on_files(settings)? {
        return Err(Trouble::said(
            "internal_url names services of their own, and none of them keeps its data in files: run \
             `latchkey-users migrate` and the others, or set the database_url of each",
        ));
    }
    let mut accepted = Vec::new();
    if accept_older {
        accepted = installation::accept_older(settings)?;
        for sentence in &accepted {
            say(sentence);
        }
    }
    let looks = Looks::at(settings)?;
    looks.judged().map(|_id| ())?;
    looks.have_their_key(settings)?;
    if settings.secret("master_key")?.is_none() {
        data_folder::master_key(&settings.edge()?.data_dir)?;
    }
    let ran = run(settings, &SERVICES)?;
    installation::join(settings)?;
    answer(&json!({ "migrations": ran, "accepted": accepted }));
    Ok(())
}

fn is_on_files(settings: &Settings) -> Result<bool, Trouble> {
    for service in SERVICES {
        if let Location::Sqlite(_) = settings.db_settings(service.name())?.location {
            return Ok(true);
        }
    }
    Ok(false)
}

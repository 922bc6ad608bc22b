//! `latchkey migrate`.

use latchkey_common::config::Settings;
use latchkey_process::Trouble;
use latchkey_process::commands::migrate::migrate as run;

use crate::data_folder;
use crate::house::SERVICES;

/// Runs what is pending, service by service.
pub(crate) fn migrate(settings: &Settings) -> Result<(), Trouble> {
    if settings.secret("master_key")?.is_none() {
        data_folder::master_key(&settings.edge()?.data_dir)?;
    }
    run(settings, &SERVICES)
}

//! `latchkey migrate`.

use latchkey_common::config::Settings;
use latchkey_common::db::Db;

use crate::data_folder;
use crate::house::SERVICES;
use crate::output::{Trouble, say};

/// Runs what is pending, service by service.
pub(crate) fn migrate(settings: &Settings) -> Result<(), Trouble> {
    if settings.secret("master_key")?.is_none() {
        data_folder::master_key(&settings.edge()?.data_dir)?;
    }
    for (service, migrations) in SERVICES {
        let db = settings.db_settings(service)?;
        let ran = Db::migrate(&db, migrations)
            .map_err(|fault| Trouble::said(format!("{service}: {}", Trouble::from(fault))))?;
        say(&match ran {
            0 => format!("{service}: up to date"),
            1 => format!("{service}: 1 migration has run"),
            many => format!("{service}: {many} migrations have run"),
        });
    }
    Ok(())
}

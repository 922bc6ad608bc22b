//! `migrate`.

use latchkey_common::config::Settings;
use latchkey_common::db::{Db, Migrations};

use crate::output::{Trouble, say};

/// Runs what is pending, service by service.
pub fn migrate(
    settings: &Settings,
    services: &[(&'static str, Migrations)],
) -> Result<(), Trouble> {
    for (service, migrations) in services {
        let db = settings.db_settings(service)?;
        let ran = Db::migrate(&db, *migrations)
            .map_err(|fault| Trouble::said(format!("{service}: {}", Trouble::from(fault))))?;
        say(&match ran {
            0 => format!("{service}: up to date"),
            1 => format!("{service}: 1 migration has run"),
            many => format!("{service}: {many} migrations have run"),
        });
    }
    Ok(())
}

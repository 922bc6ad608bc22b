//! `migrate`.

use std::collections::BTreeMap;

use latchkey_common::config::Settings;
use latchkey_common::db::Db;

use crate::output::{Trouble, say};
use crate::service::Service;

/// Runs what is pending, service by service. Answers how many have run, by name.
pub fn migrate(
    settings: &Settings,
    services: &[Service],
) -> Result<BTreeMap<&'static str, usize>, Trouble> {
    let mut all = BTreeMap::new();
    for service in services {
        let name = service.name();
        let db = settings.db_settings(name)?;
        let ran = Db::migrate(&db, service.migrations)
            .map_err(|fault| Trouble::said(format!("{name}: {}", Trouble::from(fault))))?;
        all.insert(name, ran);
        say(&match ran {
            0 => format!("{name}: up to date"),
            1 => format!("{name}: 1 migration has run"),
            many => format!("{name}: {many} migrations have run"),
        });
    }
    Ok(all)
}

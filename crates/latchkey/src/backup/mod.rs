//! What a backup is: a folder with a copy of each service's `SQLite` file, all of one moment, and a
//! manifest that says what must be in them. Making and bringing back are the commands `backup` and
//! `restore`.

mod draft;
mod files;
mod manifest;
mod moment;

use std::path::PathBuf;

use latchkey_common::config::Settings;
use latchkey_common::db::Location;
use latchkey_peers::plan::Service;

pub(crate) use self::draft::Draft;
pub(crate) use self::files::{Sum, copy, private, sum, sync_folder};
pub(crate) use self::manifest::{MANIFEST, MASTER_KEY, Manifest, file_of};
pub(crate) use self::moment::snapshots;
use crate::house::is_split;
use latchkey_process::Trouble;

/// A service and where its file lies.
pub(crate) type ServiceFile = (&'static str, PathBuf);

/// Where the services' files lie. Refuses `PostgreSQL`, whose own tools do this better; `what` is
/// the command.
pub(crate) fn service_files(settings: &Settings, what: &str) -> Result<Vec<ServiceFile>, Trouble> {
    if is_split(settings)? {
        return Err(on_postgres(what, "each service"));
    }
    let file = |service: &'static str| match settings.db_settings(service)?.location {
        Location::Sqlite(path) => Ok((service, path)),
        Location::Postgres(_) => Err(on_postgres(what, service)),
    };
    Service::ALL
        .map(Service::name)
        .into_iter()
        .map(file)
        .collect()
}

fn on_postgres(what: &str, service: &str) -> Trouble {
    Trouble::said(format!(
        "{what} is for SQLite files, and the database of {service} lies on PostgreSQL: use its own \
         tools, pg_dump and pg_restore for one database, pg_basebackup or a snapshot of the disk \
         for several of one moment"
    ))
}

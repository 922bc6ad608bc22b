//! The file of a `SQLite` database, as whoever looks at the folder sees it. A file that is moved away or
//! deleted stays open: everything goes on working, and what is written goes to where nobody will look.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::location::Location;
use crate::fault::Fault;

/// A file that is open.
#[derive(Debug, Clone)]
pub(super) struct OpenFile {
    path: PathBuf,
    id: Option<Id>,
}

/// Device and number on it: the file itself, whatever it is called.
type Id = (u64, u64);

impl OpenFile {
    /// That of a database that is open; `None` on `PostgreSQL`.
    pub(super) fn of(location: &Location) -> Option<Self> {
        let Location::Sqlite(path) = location else {
            return None;
        };
        Some(Self {
            path: path.clone(),
            id: id(path),
        })
    }

    /// Asks whether it lies where it was.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub(super) fn is_in_place(&self) -> Result<(), Fault> {
        let (path, found) = (self.path.display(), id(&self.path));
        if found == self.id {
            return Ok(());
        }
        let what = match found {
            None => "is not there any more",
            Some(_) => "is another file now",
        };
        Err(Fault::invalid(format!(
            "{path} {what}: the server goes on with the file that it opened, and what it writes is not \
             found here by the next start. Move the file back, with the -wal and the -shm beside it, \
             before the server is stopped"
        )))
    }
}

fn id(path: &Path) -> Option<Id> {
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

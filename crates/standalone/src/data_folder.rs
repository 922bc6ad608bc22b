//! The data folder: `SQLite` files, the master key, the operator's socket, and the lock that keeps a
//! second process out.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;

use latchkey_process::Trouble;

use crate::kept::{self, at};

/// The folder, with the lock on it as long as this lives.
pub(crate) struct DataFolder {
    _lock: File,
}

/// Where the operator's socket lies.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("admin.sock")
}

/// Where the master key lies when no setting gives it.
pub(crate) fn master_key_file(folder: &Path) -> PathBuf {
    folder.join("master.key")
}

impl DataFolder {
    /// Makes the folder when it is missing and takes its lock. `None`: another process has it.
    pub(crate) fn lock(folder: &Path) -> Result<Option<Self>, Trouble> {
        make(folder)?;
        let path = folder.join("latchkey.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| at(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _lock: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(at(&path, &error)),
        }
    }
}

/// Makes the folder for its owner alone.
fn make(folder: &Path) -> Result<(), Trouble> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| {
            let is_file = [ErrorKind::AlreadyExists, ErrorKind::NotADirectory];
            let why = if is_file.contains(&error.kind()) {
                "it is a file, or lies in one".to_owned()
            } else {
                error.to_string()
            };
            Trouble::said(format!(
                "cannot make the data folder {} (LATCHKEY_DATA_DIR): {why}",
                folder.display()
            ))
        })
}

/// The key in the folder, made when there is none.
pub(crate) fn master_key(folder: &Path) -> Result<Secret, Trouble> {
    make(folder)?;
    let kept = kept::read_or_make(&master_key_file(folder), 0o600, MasterKey::generate)?;
    Ok(kept.secret)
}

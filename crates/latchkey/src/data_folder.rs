//! The data folder: `SQLite` files, the master key, the operator's socket, and the lock that keeps a
//! second process out.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use latchkey_common::config::Settings;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use latchkey_common::server::ShortPath;
use tokio::net::UnixStream;

use latchkey_process::Trouble;

use crate::kept::{self, at};

/// The folder, with the lock on it as long as this lives.
pub(crate) struct DataFolder {
    _lock: File,
    path: PathBuf,
}

/// The lock's file.
pub(crate) const LOCK: &str = "latchkey.lock";

/// Lies there while a restore puts files into their places.
const UNFINISHED: &str = "restore.unfinished";

/// Where the operator's socket lies.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("admin.sock")
}

/// True when a running program answers on the operator's socket.
pub(crate) async fn is_answered(folder: &Path) -> bool {
    match ShortPath::of(&socket(folder)) {
        Ok(path) => UnixStream::connect(&path).await.is_ok(),
        Err(_no_folder) => false,
    }
}

/// Where the master key lies when no setting gives it.
pub(crate) fn master_key_file(folder: &Path) -> PathBuf {
    folder.join("master.key")
}

/// The key that settings or folder give; `None` when neither does.
pub(crate) fn master_key_in_force(settings: &Settings) -> Result<Option<Secret>, Trouble> {
    if let Some(text) = settings.secret("master_key")? {
        return Ok(Some(text));
    }
    let path = master_key_file(&settings.edge()?.data_dir);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(&path, &error)),
    }
}

/// Why the folder cannot be used, when a restore into it broke off.
pub(crate) fn unfinished(folder: &Path) -> Option<String> {
    folder.join(UNFINISHED).exists().then(|| {
        format!(
            "a restore into the data folder {} did not finish; repeat it with --force",
            folder.display()
        )
    })
}

impl DataFolder {
    /// True when a process has used the folder, or does so now.
    pub(crate) fn was_ever_used(folder: &Path) -> bool {
        folder.join(LOCK).exists()
    }

    /// Makes the folder when it is missing and takes its lock. `None`: another process has it.
    pub(crate) fn lock(folder: &Path) -> Result<Option<Self>, Trouble> {
        let lock = Self::lock_unfinished(folder)?;
        match unfinished(folder).filter(|_| lock.is_some()) {
            Some(why) => Err(Trouble::said(why)),
            None => Ok(lock),
        }
    }

    /// The same, for the command that may finish what a broken restore left.
    pub(crate) fn lock_unfinished(folder: &Path) -> Result<Option<Self>, Trouble> {
        make(folder)?;
        let path = folder.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| at(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                _lock: file,
                path: folder.to_path_buf(),
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(at(&path, &error)),
        }
    }

    /// From now on the folder is not usable, whatever happens, until [`Self::end_restore`].
    pub(crate) fn begin_restore(&self) -> Result<(), Trouble> {
        let mark = self.path.join(UNFINISHED);
        File::create(&mark)
            .and_then(|file| file.sync_all())
            .and_then(|()| self.sync())
            .map_err(|error| at(&mark, &error))
    }

    /// The folder is usable again.
    pub(crate) fn end_restore(&self) -> Result<(), Trouble> {
        let mark = self.path.join(UNFINISHED);
        fs::remove_file(&mark)
            .and_then(|()| self.sync())
            .map_err(|error| at(&mark, &error))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
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

//! The folder of secrets: who may read what lies in it, and what was made by this run.

use std::cell::RefCell;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;

use crate::kept::{self, at};
use latchkey_process::Trouble;

/// The folder, and what this run made in it.
pub(crate) struct Files<'a> {
    root: &'a Path,
    readable: bool,
    made: RefCell<Vec<PathBuf>>,
}

impl<'a> Files<'a> {
    /// The files lie below `root`. Only their owner may read them, unless they are `readable`: a
    /// volume that is mounted into one container alone is shut off already, and the account in that
    /// container is rarely the one that made the files.
    pub(crate) const fn new(root: &'a Path, readable: bool) -> Self {
        Self {
            root,
            readable,
            made: RefCell::new(Vec::new()),
        }
    }

    /// What this run made, in order.
    pub(crate) fn made(&self) -> Vec<PathBuf> {
        self.made.borrow().clone()
    }

    /// Keeps a second run out, as long as the answer lives. The lock is on the first service's
    /// folder and not on the root: of containers that share volumes each has a root of its own.
    pub(super) fn lock(&self, first: &str) -> Result<File, Trouble> {
        let folder = self.folder(first)?;
        let file = File::open(&folder).map_err(|error| at(&folder, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Trouble::said(format!(
                "{}: another `latchkey secrets` is at work here",
                self.root.display()
            ))),
            Err(TryLockError::Error(error)) => Err(at(&folder, &error)),
        }
    }

    /// What lies at `name`, made by `make` when nothing does.
    pub(super) fn keep(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Secret, Fault>,
    ) -> Result<Secret, Trouble> {
        let path = self.path(name);
        if let Some((folder, _)) = name.rsplit_once('/') {
            self.folder(folder)?;
        }
        let mode = if self.readable { 0o444 } else { 0o400 };
        let kept = kept::read_or_make(&path, mode, make)?;
        if kept.is_new {
            self.made.borrow_mut().push(path);
        }
        Ok(kept.secret)
    }

    /// As [`Self::keep`] for what is known already: refused when something else lies there.
    pub(super) fn keep_this(&self, name: &str, secret: &Secret) -> Result<(), Trouble> {
        if self.keep(name, || Ok(secret.clone()))? == *secret {
            return Ok(());
        }
        Err(self.misfit(name))
    }

    /// What is said of a file that contradicts the others.
    pub(super) fn misfit(&self, name: &str) -> Trouble {
        Trouble::said(format!(
            "{} does not fit the other files: take it away and run this again, or bring back \
             what it belongs to",
            self.path(name).display()
        ))
    }

    /// Takes what lies at `name` away, if anything does.
    pub(super) fn remove(&self, name: &str) -> Result<(), Trouble> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(at(&path, &error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// What lies at `name`.
    pub(super) fn read(&self, name: &str) -> Result<Option<Secret>, Trouble> {
        kept::read(&self.path(name))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn folder(&self, name: &str) -> Result<PathBuf, Trouble> {
        let path = self.path(name);
        DirBuilder::new()
            .recursive(true)
            .mode(if self.readable { 0o755 } else { 0o700 })
            .create(&path)
            .map_err(|error| at(&path, &error))?;
        Ok(path)
    }
}

//! A backup while it is made: a folder beside its place, which gets its name when all of it is on
//! the disk. Whatever happens before, under the final name there is nothing.

use std::fs::{self, DirBuilder};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process;

use super::files::{at, private, sync_folder};
use super::manifest::MANIFEST;
use latchkey_process::Trouble;

/// A folder that is not finished. Dropped, it is taken away.
pub(crate) struct Draft {
    folder: PathBuf,
    place: PathBuf,
    is_done: bool,
}

impl Draft {
    /// Begins one for `wanted`. Where that is a folder already, the backup gets a name of its own in
    /// it, made of `time`.
    pub(crate) fn begin(wanted: &Path, time: &str) -> Result<Self, Trouble> {
        let place = match fs::metadata(wanted) {
            // One backup inside of another would be found by nobody.
            Ok(found) if found.is_dir() && wanted.join(MANIFEST).exists() => {
                let what = "holds a backup already: name a new folder, or the one above it";
                return Err(Trouble::said(format!("{} {what}", wanted.display())));
            }
            Ok(found) if found.is_dir() => {
                let time = time.replace([':', '.'], "-");
                wanted.join(format!("latchkey-{time}"))
            }
            Ok(_) => {
                let what = "is a file: a backup is a folder";
                return Err(Trouble::said(format!("{} {what}", wanted.display())));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => wanted.to_path_buf(),
            Err(error) => return Err(at(wanted, &error)),
        };
        if place.file_name().is_none() {
            let what = "is no name for a folder";
            return Err(Trouble::said(format!("{} {what}", place.display())));
        }
        let folder = place.with_added_extension(format!("{}.partial", process::id()));
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(|error| at(&folder, &error))?;
        Ok(Self {
            folder,
            place,
            is_done: false,
        })
    }

    /// Where a file of this name is written.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a small file.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Trouble> {
        let path = self.path(name);
        let mut file = private(&path)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| at(&path, &error))
    }

    /// Gives it its name, and answers that.
    pub(crate) fn finish(mut self) -> Result<PathBuf, Trouble> {
        sync_folder(&self.folder)?;
        fs::rename(&self.folder, &self.place).map_err(|error| at(&self.place, &error))?;
        self.is_done = true;
        let parent = self.place.parent().filter(|up| !up.as_os_str().is_empty());
        sync_folder(parent.unwrap_or_else(|| Path::new(".")))?;
        Ok(self.place.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_done {
            // What cannot be taken away says by its name that it is not whole.
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

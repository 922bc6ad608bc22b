//! A file with a secret that is made once and kept: whoever comes later reads what lies there.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;

use latchkey_process::Trouble;

/// What lies in a file, and whether it was made just now.
pub(crate) struct Kept {
    pub(crate) secret: Secret,
    pub(crate) is_new: bool,
}

/// Reads the file at `path`, without the end of its line. When there is none, it is made of what
/// `make` answers, with the permissions `mode`.
pub(crate) fn read_or_make(
    path: &Path,
    mode: u32,
    make: impl FnOnce() -> Result<Secret, Fault>,
) -> Result<Kept, Trouble> {
    if let Some(secret) = read(path)? {
        let is_new = false;
        return Ok(Kept { secret, is_new });
    }
    let is_new = put(path, mode, &make()?).map_err(|error| at(path, &error))?;
    let secret = read(path)?.ok_or_else(|| at(path, &ErrorKind::NotFound.into()))?;
    Ok(Kept { secret, is_new })
}

/// What lies there; `None` when nothing does.
pub(crate) fn read(path: &Path) -> Result<Option<Secret>, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Secret::new(text.trim_end_matches(['\n', '\r'])))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path, &error)),
    }
}

/// Written beside and linked into place: a process that dies half way leaves no half secret, and of
/// two that start at once one wins and the other reads what the winner wrote. Answers whether it
/// was this one.
fn put(path: &Path, mode: u32, secret: &Secret) -> Result<bool, Error> {
    let draft = path.with_added_extension(format!("{}.draft", std::process::id()));
    let placed = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| {
            writeln!(file, "{}", secret.expose())?;
            // Said again, because the process's mask took away from what was asked for above.
            file.set_permissions(Permissions::from_mode(mode))?;
            file.sync_all()
        })
        .and_then(|()| match fs::hard_link(&draft, path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        });
    drop(fs::remove_file(&draft));
    placed
}

/// Trouble with a file, its name in front.
pub(crate) fn at(path: &Path, error: &Error) -> Trouble {
    Trouble::said(format!("{}: {error}", path.display()))
}

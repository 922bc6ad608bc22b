//! The operator's unix socket. Whoever can open it may do everything, so it is the file system
//! that says who that is: mode 0600, from its first moment on.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use crate::fault::Fault;

pub(super) struct OperatorSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl OperatorSocket {
    /// Opens the socket at `path`, in the place of one that a killed process left behind. The
    /// caller holds the data folder's lock, so no living process listens there.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        bind(path)
            .map(|listener| Self {
                listener,
                path: path.to_path_buf(),
            })
            .map_err(|error| {
                Fault::invalid(format!(
                    "cannot open the operator's socket {}: {error}",
                    path.display()
                ))
            })
    }

    pub(super) fn into_parts(self) -> (UnixListener, PathBuf) {
        (self.listener, self.path)
    }
}

/// Made inside a folder that is ours alone, restricted there, and then moved to its place: between
/// `bind` and `chmod` anybody could connect otherwise.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let nursery = path.with_extension("new");
    let inside = nursery.join("s");
    if nursery.exists() {
        fs::remove_dir_all(&nursery)?;
    }
    fs::DirBuilder::new().mode(0o700).create(&nursery)?;
    let listener = UnixListener::bind(&inside)?;
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o600))?;
    fs::rename(&inside, path)?;
    fs::remove_dir(&nursery)?;
    Ok(listener)
}

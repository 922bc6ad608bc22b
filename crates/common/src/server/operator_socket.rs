//! The operator's unix socket. Whoever can open it may do everything, so it is the file system
//! that says who that is: mode 0600, from its first moment on.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// The longest path that every system takes as a socket's address, in bytes: Linux takes 107.
const LONGEST: usize = 100;

/// A path to a socket that fits into an address, however deep its folder lies: a long one leads
/// through the opened folder, and is good as long as this lives.
pub struct ShortPath {
    path: PathBuf,
    _folder: Option<File>,
}

impl ShortPath {
    /// The path to `socket`, whose folder must be there.
    pub fn of(socket: &Path) -> io::Result<Self> {
        let (Some(folder), Some(name)) = (socket.parent(), socket.file_name()) else {
            return Err(io::ErrorKind::InvalidFilename.into());
        };
        if socket.as_os_str().as_bytes().len() <= LONGEST {
            let path = socket.to_path_buf();
            return Ok(Self {
                path,
                _folder: None,
            });
        }
        let folder = File::open(folder)?;
        let opened = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        Ok(Self {
            path: opened.join(name),
            _folder: Some(folder),
        })
    }
}

impl AsRef<Path> for ShortPath {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

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
    let listener = UnixListener::bind(ShortPath::of(&inside)?)?;
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o600))?;
    fs::rename(&inside, path)?;
    fs::remove_dir(&nursery)?;
    Ok(listener)
}

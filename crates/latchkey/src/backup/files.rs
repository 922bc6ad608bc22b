//! Files that nobody else may read, their checksums, and making them last.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use latchkey_process::Trouble;

/// Bytes that are held at once.
const STEP: usize = 1 << 20;

/// What a file must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) bytes: u64,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
}

/// Makes a file for its owner alone; it must not be there.
pub(crate) fn private(path: &Path) -> Result<File, Trouble> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| at(path, &error))
}

/// The checksum of a file, which is on the disk afterwards. Blocks.
pub(crate) fn sum(path: &Path) -> Result<Sum, Trouble> {
    let mut file = File::open(path).map_err(|error| at(path, &error))?;
    let sum = pour(&mut file, &mut io::sink()).map_err(|error| at(path, &error))?;
    file.sync_all().map_err(|error| at(path, &error))?;
    Ok(sum)
}

/// Copies a file into a new one for its owner alone, which is on the disk afterwards, and answers
/// the checksum of what was copied. Blocks.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<Sum, Trouble> {
    let mut source = File::open(from).map_err(|error| at(from, &error))?;
    let mut target = private(to)?;
    let sum = pour(&mut source, &mut target).map_err(|error| at(to, &error))?;
    target.sync_all().map_err(|error| at(to, &error))?;
    Ok(sum)
}

/// Lets a folder's names last.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Trouble> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| at(folder, &error))
}

pub(super) fn at(path: &Path, error: &io::Error) -> Trouble {
    Trouble::said(format!("{}: {error}", path.display()))
}

fn pour(from: &mut File, to: &mut dyn io::Write) -> io::Result<Sum> {
    let mut digest = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; STEP];
    loop {
        let read = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        digest.update(part);
        to.write_all(part)?;
        bytes += u64::try_from(read).map_err(io::Error::other)?;
    }
    let digest: [u8; 32] = digest.finalize().into();
    let sha256 = digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    Ok(Sum { bytes, sha256 })
}

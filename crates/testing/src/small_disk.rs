//! A file system that is small enough to be filled. Mounting it needs the rights for that; where they are
//! missing the test says so on the real standard error, and `LATCHKEY_TEST_REQUIRE=mount` makes that a
//! failure.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::environment::skip;

/// A file system in memory, gone when this is dropped.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// One of so many bytes; `None`, said aloud, where none can be mounted.
    pub fn mount(test: &str, bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={bytes},mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "latchkey-test"]);
        let mounted = mount.arg(folder.path()).output();
        let why = match mounted {
            Ok(output) if output.status.success() => return Some(Self { folder }),
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        skip(test, "mount", &why);
        None
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it until so many bytes are free, to the last one for 0.
    pub fn fill(&self, free: u64) {
        let path = self.filler();
        let mut options = OpenOptions::new();
        let mut file = options
            .append(true)
            .create(true)
            .open(path)
            .expect("a file");
        for step in [64 * 1024, 4096, 1] {
            let bytes = vec![7; step];
            let room = u64::try_from(step).expect("a size");
            while self.free() >= free + room && file.write_all(&bytes).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn clear(&self) {
        fs::remove_file(self.filler()).expect("it was filled");
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    fn free(&self) -> u64 {
        let disk = rustix::fs::statvfs(self.path()).expect("a file system");
        disk.f_bavail * disk.f_frsize
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what still has files open there has them until it ends.
        let gone = Command::new("umount").arg("-l").arg(self.path()).status();
        if !gone.is_ok_and(|status| status.success()) {
            drop(writeln!(
                std::io::stderr(),
                "{} stays mounted",
                self.path().display()
            ));
        }
    }
}

//! Room on the disk of an `SQLite` file, and who may use it up. People can write without end, and a full
//! disk must not keep anybody from ending a session, locking an account or changing a password. So what is
//! new stops early, with room to spare; everything else stops when nothing is left but a reserve, a file
//! whose place is given up for those changes that end something. All databases of a folder share it.
//!
//! `PostgreSQL` knows its disk alone: there the lane asks it for a change before it makes anything new,
//! once one has failed.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rustix::fs::{FallocateFlags, fallocate, statvfs};

use super::conn::Conn;
use super::{DbSettings, Location};
use crate::fault::Fault;

/// The file that holds the reserve, beside the databases.
pub const RESERVE: &str = "disk.reserve";

/// `SQLite`'s page size, fixed when a file is made.
const PAGE_BYTES: u64 = 4096;

/// What is left of a file with a largest size, for what is new and for everything but endings: so that a
/// small one is shared out as a large disk is.
const NEW_PART: u64 = 8;
const RESERVE_PART: u64 = 16;

/// The reserve is given up when less than this part of it is free beside it.
const NEEDED_PART: u64 = 4;

/// What a change is for: which of them stop first when the disk fills up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It makes something that people can make without end.
    New,
    /// Everything else.
    Ordinary,
    /// By it somebody ends something.
    Ending,
}

/// How much room is kept. In bytes; 0 keeps none.
#[derive(Debug, Clone, Copy, Default)]
pub struct RoomSettings {
    /// Nothing new is taken when less is free.
    pub for_new: u64,
    /// The size of the reserve.
    pub reserve: u64,
}

/// The room of one file.
#[derive(Debug)]
pub(super) struct Room {
    folder: PathBuf,
    settings: RoomSettings,
    /// The largest size of the file; 0 is no limit.
    most: u64,
}

/// What there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Takes {
    new: bool,
    ordinary: bool,
}

impl Takes {
    /// # Errors
    /// `Unavailable` when there is no room for it.
    pub(super) fn check(self, need: Need) -> Result<(), Fault> {
        let (is_taken, why) = match need {
            Need::New => (
                self.new,
                "the disk is nearly full: nothing new is taken until there is room",
            ),
            Need::Ordinary => (
                self.ordinary,
                "the disk is full: what is left is for ending sessions, locks and the like",
            ),
            Need::Ending => return Ok(()),
        };
        if is_taken {
            return Ok(());
        }
        Err(Fault::unavailable("room on the disk", why))
    }
}

#[derive(QueryableByName)]
struct Pages {
    #[diesel(sql_type = BigInt)]
    used: i64,
}

const USED: &str = "\
    SELECT p.page_count - f.freelist_count AS used \
    FROM pragma_page_count AS p, pragma_freelist_count AS f";

impl Room {
    /// That of a database that is a file.
    pub(super) fn of(settings: &DbSettings) -> Option<Self> {
        let Location::Sqlite(path) = &settings.location else {
            return None;
        };
        let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
        Some(Self {
            folder: folder.unwrap_or(Path::new(".")).to_owned(),
            settings: settings.room,
            most: settings.sqlite_max_bytes,
        })
    }

    /// Looks how much there is; keeps the reserve where there is room for it again.
    pub(super) fn takes(&self, conn: &mut Conn) -> Takes {
        let RoomSettings { for_new, reserve } = self.settings;
        let free = self.free();
        let kept = fs::metadata(self.reserve()).map_or(0, |found| found.len());
        let has_reserve = kept >= reserve || {
            free >= reserve.saturating_mul(2) && {
                self.keep_reserve();
                true
            }
        };
        let new = free >= for_new && self.file_has_room(conn);
        Takes {
            new: new && has_reserve,
            ordinary: has_reserve,
        }
    }

    /// # Errors
    /// `Invalid` with a sentence for the operator when not everything is taken.
    pub(super) fn is_enough(&self, conn: &mut Conn) -> Result<(), Fault> {
        let takes = self.takes(conn);
        if takes.new && takes.ordinary {
            return Ok(());
        }
        let stopped = if takes.ordinary {
            "nothing new is taken"
        } else {
            "nothing is taken but what ends something (sessions, locks, revocations)"
        };
        let sentence = if self.file_has_room(conn) {
            let (folder, mib) = (self.folder.display(), self.free() / 1024 / 1024);
            format!(
                "the disk of {folder} has {mib} MiB free, too little: {stopped} until somebody makes room \
                 there (database.disk_for_new_bytes, database.disk_reserve_bytes)"
            )
        } else {
            format!("the file is nearly as large as database.sqlite_max_bytes: {stopped}")
        };
        Err(Fault::invalid(sentence))
    }

    /// Before something is ended, and before the files are opened, which need others beside them: gives the
    /// reserve up where nothing else is left.
    pub(super) fn make_way(&self) {
        if self.free() < self.settings.reserve / NEEDED_PART
            && fs::remove_file(self.reserve()).is_ok()
        {
            tracing::error!(
                folder = %self.folder.display(),
                "the disk is full: its reserve is given up, and nothing is taken but what ends something \
                 until there is room"
            );
        }
    }

    /// The most pages that the file may have; `None` when there is no such bound.
    pub(super) fn most_pages(&self, need: Need) -> Option<u64> {
        if self.most == 0 {
            return None;
        }
        let kept = match need {
            Need::Ending => 0,
            Need::New | Need::Ordinary => self.settings.reserve.min(self.most / RESERVE_PART),
        };
        Some((self.most.saturating_sub(kept) / PAGE_BYTES).max(1))
    }

    fn reserve(&self) -> PathBuf {
        self.folder.join(RESERVE)
    }

    /// Bytes that are free on the disk. A disk that cannot say is trusted: what does not work there says so
    /// itself.
    fn free(&self) -> u64 {
        statvfs(&self.folder).map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn file_has_room(&self, conn: &mut Conn) -> bool {
        let Conn::Sqlite(conn) = conn else {
            return true;
        };
        if self.most == 0 {
            return true;
        }
        let pages: QueryResult<Pages> = diesel::sql_query(USED).get_result(conn);
        let used = pages.map_or(0, |pages| pages.used.unsigned_abs());
        let left = self.most.saturating_sub(used.saturating_mul(PAGE_BYTES));
        left >= self.settings.for_new.min(self.most / NEW_PART)
    }

    fn keep_reserve(&self) {
        let path = self.reserve();
        if let Err(error) = allocate(&path, self.settings.reserve) {
            tracing::debug!(%error, "the reserve of the disk is not kept");
            drop(fs::remove_file(path));
        }
    }
}

/// Gives a file its place on the disk.
fn allocate(path: &Path, bytes: u64) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(path)?;
    if fallocate(&file, FallocateFlags::empty(), 0, bytes).is_ok() {
        return Ok(());
    }
    // Not every file system gives room that nobody writes to.
    io::copy(&mut io::repeat(1).take(bytes), &mut file).map(drop)
}

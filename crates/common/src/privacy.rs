//! What others on the machine may see of this process, and what of it may be left on a disk: nothing, because keys,
//! passwords and tokens are in its memory.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Closes the process to everybody but the system's administrator: its memory is neither written to a file when it
/// crashes nor read or traced by other processes of the same account. For the first line of every program that may
/// come to hold a secret.
///
/// # Errors
/// The system's, where it does not allow that.
pub fn close() -> io::Result<()> {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, nothing)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Lets other processes of the same account in again: debuggers, and whoever counts its open files. No file is left of
/// its memory all the same.
///
/// # Errors
/// The system's.
pub(crate) fn open_to_own_account() -> io::Result<()> {
    Ok(set_dumpable_behavior(DumpableBehavior::Dumpable)?)
}

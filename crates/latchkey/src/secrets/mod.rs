//! What four separate services need before their first start: keys and passwords, in a folder for
//! each service that nobody else is to see.
//!
//! ```text
//! DIR/<service>/service.key               what its calls to the others are signed with
//! DIR/<service>/peers/<service>.pub       what theirs are checked with, all four
//! DIR/<service>/operator.hash             what it knows the operator by; the same for all
//! DIR/<service>/master.key                users and invitations: what they seal under, one each
//! DIR/<service>/database-url              the service's own database, in the service's role
//! DIR/<service>-migrations/database-url   the same in the role that owns the tables
//! DIR/operator/operator.key               what `latchkey admin` shows: for where commands are run
//! DIR/postgres/admin.password             for whoever sets the server up:
//! DIR/postgres/<role>.password            latchkey_<service> and latchkey_<service>_owner
//! ```
//!
//! Nothing that is there is ever changed, and what contradicts it is refused: to have a key anew,
//! take the old one and what was made of it away and run the command again. For the operator's key
//! there is an option that does so.
//!
//! Before services knew the operator by a hash, each had the key itself, `DIR/<service>/operator.key`.
//! Such a key stays in force, and the files are named as what may go.

mod databases;
mod files;
mod keys;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use latchkey_peers::plan::Service;

pub(crate) use self::databases::Postgres;
pub(crate) use self::files::Files;

use latchkey_process::Trouble;

/// What a run has done.
#[derive(Debug)]
pub(crate) struct Done {
    /// The files that it made.
    pub(crate) made: Vec<PathBuf>,
    /// Files that nobody needs any more, and that say too much where they lie.
    pub(crate) spare: Vec<PathBuf>,
}

/// Makes what is missing; with `new_operator_key` the operator's key counts as missing.
///
/// # Errors
/// A sentence, when two files contradict each other or one cannot be read or written.
pub(crate) fn make(
    files: &Files<'_>,
    postgres: Option<&Postgres<'_>>,
    new_operator_key: bool,
) -> Result<Done, Trouble> {
    if let Some(postgres) = postgres {
        postgres.check()?;
    }
    let [first, ..] = Service::ALL;
    let _alone = files.lock(first.name())?;
    if new_operator_key {
        keys::forget_operator_key(files)?;
    }
    keys::make(files)?;
    if let Some(postgres) = postgres {
        databases::make(files, postgres)?;
    }
    Ok(Done {
        made: files.made(),
        spare: keys::spare(files)?,
    })
}

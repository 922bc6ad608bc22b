//! What four separate services need before their first start: keys and passwords, in a folder for
//! each service that nobody else is to see.
//!
//! ```text
//! DIR/<service>/service.key               what its calls to the others are signed with
//! DIR/<service>/peers/<service>.pub       what theirs are checked with, all four
//! DIR/<service>/operator.key              what `latchkey admin` shows; the same for all
//! DIR/<service>/master.key                users and invitations: what they seal under, one each
//! DIR/<service>/database-url              the service's own database, in the service's role
//! DIR/<service>-migrations/database-url   the same in the role that owns the tables
//! DIR/postgres/admin.password             for whoever sets the server up:
//! DIR/postgres/<role>.password            latchkey_<service> and latchkey_<service>_owner
//! ```
//!
//! Nothing that is there is ever changed, and what contradicts it is refused: to have a key anew,
//! take the old one and what was made of it away and run the command again.

mod databases;
mod files;
mod keys;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub(crate) use self::databases::Postgres;
pub(crate) use self::files::Files;

use crate::house;
use latchkey_process::Trouble;

/// The services, by name.
const SERVICES: [&str; 4] = {
    let [(users, _), (channels, _), (invitations, _), (discord, _)] = house::SERVICES;
    [users, channels, invitations, discord]
};

/// Makes what is missing and answers which files that were.
///
/// # Errors
/// A sentence, when two files contradict each other or one cannot be read or written.
pub(crate) fn make(
    files: &Files<'_>,
    postgres: Option<&Postgres<'_>>,
) -> Result<Vec<PathBuf>, Trouble> {
    if let Some(postgres) = postgres {
        postgres.check()?;
    }
    let _alone = files.lock(SERVICES)?;
    keys::make(files)?;
    if let Some(postgres) = postgres {
        databases::make(files, postgres)?;
    }
    Ok(files.made())
}

//! `latchkey secrets`.

use crate::cli::Secrets;
use crate::secrets::{self, Files, Postgres};
use latchkey_process::{Trouble, say};

/// Makes what is missing and names it; nothing secret is printed.
pub(crate) fn secrets(wanted: &Secrets) -> Result<(), Trouble> {
    let postgres = wanted.postgres.as_deref().map(|place| Postgres {
        place,
        sslmode: wanted.sslmode.as_deref(),
        sslrootcert: wanted.sslrootcert.as_deref(),
    });
    let files = Files::new(&wanted.dir, wanted.readable);
    let made = secrets::make(&files, postgres.as_ref())?;
    for path in &made {
        say(&format!("made {}", path.display()));
    }
    if made.is_empty() {
        say("everything is there already");
    }
    Ok(())
}

//! `latchkey secrets`.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::Secrets;
use crate::secrets::{self, Files, Postgres};
use latchkey_process::{Trouble, answer, say};

/// Makes what is missing and names it; nothing secret is printed.
pub(crate) fn secrets(wanted: &Secrets) -> Result<(), Trouble> {
    let postgres = wanted.postgres.as_deref().map(|place| Postgres {
        place,
        sslmode: wanted.sslmode.as_deref(),
        sslrootcert: wanted.sslrootcert.as_deref(),
    });
    let files = Files::new(&wanted.dir, wanted.readable);
    let done = secrets::make(&files, postgres.as_ref(), wanted.new_operator_key)?;
    let named = |paths: &[PathBuf]| {
        let paths = paths.iter().map(|path| path.display().to_string());
        paths.collect::<Vec<String>>()
    };
    answer(&json!({
        "made": named(&done.made),
        "not_needed": named(&done.spare),
        "restart_services": wanted.new_operator_key,
    }));
    for path in &done.made {
        say(&format!("made {}", path.display()));
    }
    if done.made.is_empty() {
        say("everything is there already");
    }
    if wanted.new_operator_key {
        say("Restart the services: until then they know the operator by the old key alone.");
    }
    for path in &done.spare {
        say(&format!("not needed {}", path.display()));
    }
    if !done.spare.is_empty() {
        say(
            "Services need the hash alone. When all of them run with LATCHKEY_OPERATOR_KEY_HASH_FILE, \
             exchange the key that lay with them: --new-operator-key makes another and deletes these.",
        );
    }
    Ok(())
}

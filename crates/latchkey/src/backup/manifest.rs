//! The list in a backup of what belongs to it, as JSON for people and for `restore`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::Sum;
use crate::house::SERVICES;
use latchkey_process::{Service, Trouble};

/// Its file's name.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The master key's file name, where it was asked for.
pub(crate) const MASTER_KEY: &str = "master.key";
/// What this program writes; it reads no newer one.
const FORMAT: u32 = 1;

/// The file of a service's copy.
pub(crate) fn file_of(service: &str) -> String {
    format!("{service}.db")
}

/// What a backup consists of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    /// The Latchkey that made it.
    pub(crate) version: String,
    /// The moment that it is of, RFC 3339.
    pub(crate) made_at: String,
    /// The ids of the master keys under which secrets in it are sealed, newest first. Their values
    /// are there only if `files` has the key's file.
    pub(crate) master_keys: Vec<String>,
    /// Migrations that had run, by service.
    pub(crate) migrations: BTreeMap<String, Vec<String>>,
    /// Files by name.
    pub(crate) files: BTreeMap<String, Sum>,
}

impl Manifest {
    /// One without files.
    pub(crate) fn new(made_at: String, master_keys: Vec<String>) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            master_keys,
            migrations: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// Reads the one in `folder`, and asks that this program can use what it lists.
    pub(crate) fn read(folder: &Path) -> Result<Self, Trouble> {
        let path = folder.join(MANIFEST);
        let unfit = |why: &dyn std::fmt::Display| {
            Trouble::said(format!("{} is no backup: {why}", folder.display()))
        };
        let text = fs::read_to_string(&path)
            .map_err(|error| unfit(&format!("{}: {error}", path.display())))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| unfit(&error))?;
        manifest.check(folder)?;
        Ok(manifest)
    }

    fn check(&self, folder: &Path) -> Result<(), Trouble> {
        let newer = |what: &str| {
            Trouble::said(format!(
                "{} was made by Latchkey {}, which is newer than this one ({}): {what}",
                folder.display(),
                self.version,
                env!("CARGO_PKG_VERSION")
            ))
        };
        if self.format > FORMAT {
            return Err(newer("its format is not known here"));
        }
        for Service {
            plan, migrations, ..
        } in SERVICES
        {
            let service = plan.name();
            if !self.files.contains_key(&file_of(service)) {
                return Err(Trouble::said(format!(
                    "{} is no whole backup: it has no {}",
                    folder.display(),
                    file_of(service)
                )));
            }
            let applied = self.migrations.get(service).map_or(&[][..], Vec::as_slice);
            if let Some(first) = migrations.unknown(applied)?.first() {
                return Err(newer(&format!(
                    "migration {first} of {service} is not known here"
                )));
            }
        }
        Ok(())
    }

    /// The text of its file.
    pub(crate) fn to_text(&self) -> Result<String, Trouble> {
        let text = serde_json::to_string_pretty(self);
        text.map(|text| text + "\n")
            .map_err(|error| Trouble::said(format!("the manifest cannot be written: {error}")))
    }

    /// True when the master key is in it.
    pub(crate) fn has_key(&self) -> bool {
        self.files.contains_key(MASTER_KEY)
    }
}

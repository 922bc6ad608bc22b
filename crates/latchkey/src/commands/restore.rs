//! `latchkey restore`: a backup becomes a data folder again.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use latchkey_common::config::Settings;
use latchkey_common::db::RESERVE;
use latchkey_common::seal::MasterKey;
use serde_json::json;

use crate::backup::{
    MASTER_KEY, Manifest, ServiceFile, Sum, copy, file_of, service_files, sync_folder,
};
use crate::data_folder::{DataFolder, LOCK, master_key_file, master_key_in_force};
use latchkey_process::{Trouble, answer, say};

/// Brings a backup back into the data folder in force, which no server may use and in which, unless
/// `force`, nothing lies. Nothing is touched before all of the backup is copied and found to be
/// what its manifest says.
pub(crate) fn restore(settings: &Settings, backup: &Path, force: bool) -> Result<(), Trouble> {
    let folder = settings.edge()?.data_dir;
    let files = service_files(settings, "restore")?;
    let manifest = Manifest::read(backup)?;
    let Some(lock) = DataFolder::lock_unfinished(&folder)? else {
        return Err(Trouble::said(format!(
            "a Latchkey process uses the data folder {}; stop it first",
            folder.display()
        )));
    };
    if !force {
        is_empty(&folder, &files, &manifest)?;
    }
    let mut pieces: Vec<Piece> = files
        .into_iter()
        .map(|(service, place)| Piece::new(backup, file_of(service), place))
        .collect();
    if manifest.has_key() {
        let place = master_key_file(&folder);
        pieces.push(Piece::new(backup, MASTER_KEY.to_owned(), place));
    }
    let outcome = bring(&pieces, &manifest, &lock);
    for piece in &pieces {
        // What was moved is gone; what an error left behind is of no use.
        drop(fs::remove_file(&piece.draft));
    }
    outcome?;
    say(&format!(
        "what was saved at {} by Latchkey {} is back",
        manifest.made_at, manifest.version
    ));
    let missing = missing_key(settings, &manifest)?;
    answer(&json!({
        "folder": folder.display().to_string(),
        "made_at": manifest.made_at,
        "version": manifest.version,
        "missing_key": missing,
    }));
    if let Some(missing) = missing {
        say(&missing);
    }
    say(&folder.display().to_string());
    Ok(())
}

/// One file on its way.
struct Piece {
    name: String,
    from: PathBuf,
    draft: PathBuf,
    place: PathBuf,
}

impl Piece {
    fn new(backup: &Path, name: String, place: PathBuf) -> Self {
        Self {
            from: backup.join(&name),
            draft: place.with_added_extension("restoring"),
            name,
            place,
        }
    }

    /// Copies it beside its place, and asks that it is what the manifest says.
    fn fetch(&self, expected: Option<&Sum>) -> Result<(), Trouble> {
        if let Some(parent) = self.place.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)
                .map_err(|error| at(parent, &error))?;
        }
        drop(fs::remove_file(&self.draft));
        let found = copy(&self.from, &self.draft)?;
        if Some(&found) == expected {
            return Ok(());
        }
        Err(Trouble::said(format!(
            "{} is damaged: it is not what the manifest says",
            self.from.display()
        )))
    }

    /// Moves it to its place. The old file's log goes first: it must not be read into the new one.
    fn settle(&self) -> Result<(), Trouble> {
        for end in ["-wal", "-shm"] {
            let mut log = self.place.clone().into_os_string();
            log.push(end);
            match fs::remove_file(&log) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(at(Path::new(&log), &error));
                }
                _ => {}
            }
        }
        fs::rename(&self.draft, &self.place).map_err(|error| at(&self.place, &error))?;
        sync_folder(self.place.parent().unwrap_or_else(|| Path::new(".")))
    }
}

fn bring(pieces: &[Piece], manifest: &Manifest, lock: &DataFolder) -> Result<(), Trouble> {
    for piece in pieces {
        piece.fetch(manifest.files.get(&piece.name))?;
    }
    // From here on the folder is neither the old one nor the new one, and says so.
    lock.begin_restore()?;
    for piece in pieces {
        piece.settle()?;
    }
    lock.end_restore()
}

/// Asks that nothing would be lost. A master key that somebody brought may lie there, unless the
/// backup has one too.
fn is_empty(folder: &Path, files: &[ServiceFile], manifest: &Manifest) -> Result<(), Trouble> {
    let lost = |path: &Path| {
        Trouble::said(format!(
            "{} is there already: restore into an empty folder, or replace what is there with \
             --force",
            path.display()
        ))
    };
    if let Some((_, path)) = files.iter().find(|(_, path)| path.exists()) {
        return Err(lost(path));
    }
    for entry in fs::read_dir(folder).map_err(|error| at(folder, &error))? {
        let entry = entry.map_err(|error| at(folder, &error))?;
        let name = entry.file_name();
        if name != LOCK && name != RESERVE && (name != MASTER_KEY || manifest.has_key()) {
            return Err(lost(&entry.path()));
        }
    }
    Ok(())
}

/// What to say when the key in force is not the one under which the backup's secrets are sealed.
fn missing_key(settings: &Settings, manifest: &Manifest) -> Result<Option<String>, Trouble> {
    let key = master_key_in_force(settings)?;
    let here = key.as_ref().map(MasterKey::parse).transpose()?;
    let here = here.map(|key| key.ids()).unwrap_or_default();
    let missing = manifest.master_keys.iter().find(|id| !here.contains(id));
    let folder = settings.edge()?.data_dir;
    Ok(missing.map(|id| {
        format!(
            "the master key {id} must be brought before the start: put it into {} (mode 0600) or \
             into LATCHKEY_MASTER_KEY",
            master_key_file(&folder).display()
        )
    }))
}

fn at(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::said(format!("{}: {error}", path.display()))
}

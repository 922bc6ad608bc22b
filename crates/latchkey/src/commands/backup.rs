//! `latchkey backup`.

use std::collections::BTreeMap;
use std::path::Path;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::Snapshot;
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use serde_json::json;

use crate::backup::{
    Draft, MANIFEST, MASTER_KEY, Manifest, Sum, file_of, private, service_files, snapshots, sum,
};
use crate::data_folder;
use latchkey_process::{Trouble, answer, say};

/// Copies the databases of one moment, beside the running server or without it. The last line is
/// the backup's name.
pub(crate) async fn backup(
    settings: &Settings,
    wanted: &Path,
    with_keys: bool,
) -> Result<(), Trouble> {
    let folder = settings.edge()?.data_dir;
    let files = service_files(settings, "backup")?;
    if let Some((_, path)) = files.iter().find(|(_, path)| !path.exists()) {
        return Err(Trouble::said(format!(
            "there is nothing to back up: {} does not exist",
            path.display()
        )));
    }
    let time = Clock::default().now().rfc3339();
    let draft = Draft::begin(wanted, &time)?;
    let snapshots = snapshots(&folder, &files).await?;
    let key = data_folder::master_key_in_force(settings)?;
    let ids = key.as_ref().map(MasterKey::parse).transpose()?;
    let mut manifest = Manifest::new(time, ids.map(|key| key.ids()).unwrap_or_default());
    for ((service, _), snapshot) in files.into_iter().zip(snapshots) {
        let name = file_of(service);
        let path = draft.path(&name);
        let (migrations, sum) = tokio::task::spawn_blocking(move || copy(&snapshot, &path))
            .await
            .map_err(Fault::internal)??;
        say(&format!("{service}: {} bytes", sum.bytes));
        manifest.migrations.insert(service.to_owned(), migrations);
        manifest.files.insert(name, sum);
    }
    if with_keys {
        let sum = keep_key(&draft, key)?;
        manifest.files.insert(MASTER_KEY.to_owned(), sum);
    } else {
        say(
            "the master key is not in it (--with-keys): keep it elsewhere, or a restore cannot open what is sealed",
        );
    }
    draft.write(MANIFEST, &manifest.to_text()?)?;
    let place = draft.finish()?;
    let files = manifest.files.iter();
    let files: BTreeMap<&String, u64> = files.map(|(name, sum)| (name, sum.bytes)).collect();
    answer(&json!({
        "path": place.display().to_string(),
        "made_at": manifest.made_at,
        "bytes": files,
        "has_master_key": with_keys,
    }));
    say(&place.display().to_string());
    Ok(())
}

fn copy(snapshot: &Snapshot, path: &Path) -> Result<(Vec<String>, Sum), Trouble> {
    drop(private(path)?);
    snapshot.copy_to(path)?;
    Ok((snapshot.migrations()?, sum(path)?))
}

fn keep_key(draft: &Draft, key: Option<Secret>) -> Result<Sum, Trouble> {
    let key = key.ok_or_else(|| Trouble::said("there is no master key to keep"))?;
    draft.write(MASTER_KEY, &format!("{}\n", key.expose().trim()))?;
    sum(&draft.path(MASTER_KEY))
}

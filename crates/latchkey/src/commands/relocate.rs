//! `latchkey move`: from `SQLite` to `PostgreSQL`, all databases at once.

use latchkey_common::config::Settings;
use latchkey_common::db::{Db, Held, Location, SoleUse, Transfer};
use latchkey_common::installation::new_id;
use latchkey_invitations::operator::LedgerReport;
use latchkey_peers::plan;
use latchkey_process::{Trouble, answer, say};
use serde_json::{Value, json};

use crate::admin::Line;
use crate::data_folder::{DataFolder, is_answered};
use crate::house::{SERVICES, is_split};
use crate::installation::{Founding, Looks};

/// Copies everything to where `to` says, in the order of the plan, or to one database with a schema a
/// service. Nothing counts before all of it is copied and found to be what the source is, and the source
/// stays as it is.
pub(crate) async fn relocate(settings: &Settings, to: &[String]) -> Result<(), Trouble> {
    let target = target(settings, to)?;
    let _held = held(settings)?;
    is_movable(settings).await?;
    is_free(&target)?;
    let before = ledger(settings).await?;
    let folder = settings.edge()?.data_dir;
    let Some(lock) = DataFolder::lock(&folder)? else {
        return Err(runs(settings)?);
    };
    let copied = copy(settings, &target)?;
    drop(lock);
    let after = ledger(&target).await?;
    if !before.findings.is_empty() || before != after {
        return Err(Trouble::said(format!(
            "the ledger is not the same on both sides, or not whole: do not use what was copied, and ask \
             `latchkey doctor --ledger` about the source (there {} uses are settled and {} wait, here {} \
             and {})",
            before.settled, before.reserved, after.settled, after.reserved
        )));
    }
    say(&format!(
        "the ledger is the same on both sides: {} settled uses, each with its person; {} wait to be settled",
        after.settled, after.reserved
    ));
    let folder = folder.display().to_string();
    answer(&json!({
        "source": folder,
        "copied": copied,
        "ledger": { "settled": after.settled, "reserved": after.reserved },
    }));
    go_on(&folder);
    Ok(())
}

fn go_on(folder: &str) {
    say(&format!(
        "everything is copied and checked; the SQLite files in {folder} are as they were"
    ));
    let names =
        plan::Service::ALL.map(|service| format!("LATCHKEY_{}__DATABASE_URL", service.upper()));
    say(&format!(
        "To go on, set {} to what was given with --to and start `latchkey serve`. The data folder stays in \
         use: the master key lies there. Back up PostgreSQL and the key from now on.",
        names.join(", ")
    ));
    say(
        "To go back before anything new was written, take these settings away again; keep the SQLite files until \
         you are sure.",
    );
}

/// The settings with the databases that are to be.
fn target(settings: &Settings, to: &[String]) -> Result<Settings, Trouble> {
    let urls: Vec<&String> = match to {
        [one] => SERVICES.iter().map(|_| one).collect(),
        all if all.len() == SERVICES.len() => all.iter().collect(),
        _ => {
            let names = SERVICES.map(|service| service.name()).join(", ");
            return Err(Trouble::said(format!(
                "--to wants one URL, in whose database each service gets a schema, or {}: {names}",
                SERVICES.len()
            )));
        }
    };
    let mut target = settings.clone();
    for (service, url) in SERVICES.iter().zip(urls) {
        let key = format!("{}.database_url", service.name());
        target.put(&key, url, "--to");
        let db = target.db_settings(service.name())?;
        if matches!(db.location, Location::Sqlite(_)) {
            return Err(Trouble::said(format!(
                "--to wants URLs that begin with postgres://, and that of {} does not",
                service.name()
            )));
        }
    }
    Ok(target)
}

/// Before anybody else opens the files.
fn held(settings: &Settings) -> Result<Vec<Option<Held>>, Trouble> {
    let held = SERVICES.iter().map(|service| {
        let db = settings.db_settings(service.name())?;
        Ok(Held::of(&db)?)
    });
    held.collect()
}

async fn is_movable(settings: &Settings) -> Result<(), Trouble> {
    if is_split(settings)? {
        return Err(Trouble::said(
            "services of their own lie on PostgreSQL already: there is nothing to move",
        ));
    }
    for service in SERVICES {
        if let Location::Postgres(_) = settings.db_settings(service.name())?.location {
            return Err(Trouble::said(format!(
                "move is for SQLite files, and the database of {} lies on PostgreSQL: pg_dump and pg_restore \
                 move that",
                service.name()
            )));
        }
    }
    let folder = settings.edge()?.data_dir;
    if is_answered(&folder).await {
        return Err(runs(settings)?);
    }
    let looks = Looks::at(settings)?;
    looks.allow(Founding::Refused, &folder)?;
    let is_one = looks.judged()?.is_some();
    looks.have_their_key(settings)?;
    for service in SERVICES {
        let db = settings.db_settings(service.name())?;
        if !is_one || Db::pending(&db, service.migrations)? > 0 {
            return Err(Trouble::said(
                "the databases are of an older version: run `latchkey migrate` first",
            ));
        }
    }
    Ok(())
}

fn runs(settings: &Settings) -> Result<Trouble, Trouble> {
    Ok(Trouble::said(format!(
        "a Latchkey process uses the data folder {}; stop it first",
        settings.edge()?.data_dir.display()
    )))
}

/// Asks that nothing would be lost there.
fn is_free(target: &Settings) -> Result<(), Trouble> {
    for service in SERVICES {
        let look = Db::look_at_installation(&target.db_settings(service.name())?, service.refers)?;
        if look.id.is_some() || !look.given.is_unused() {
            return Err(Trouble::said(format!(
                "{} is not empty: name an empty one with --to, or drop what a move that broke off has left \
                 there",
                look.place
            )));
        }
    }
    Ok(())
}

/// Copies, and lets it count when all is there. The copy is an installation of its own: from now on it and
/// its source go different ways, and must not be mixed.
fn copy(settings: &Settings, target: &Settings) -> Result<Vec<Value>, Trouble> {
    let id = new_id();
    let (mut copies, mut told) = (Vec::new(), Vec::new());
    for service in SERVICES {
        let name = service.name();
        let named = |fault| Trouble::said(format!("{name}: {}", Trouble::from(fault)));
        let (from, to) = (settings.db_settings(name)?, target.db_settings(name)?);
        Db::migrate(&to, service.migrations).map_err(named)?;
        let lock = SoleUse::take(&to).map_err(named)?;
        let copy = Transfer::copy(&from, &to, &id).map_err(named)?;
        let (rows, tables) = copy.size();
        say(&format!(
            "{name}: {rows} rows in {tables} tables, the same on both sides"
        ));
        told.push(json!({ "service": name, "rows": rows, "tables": tables }));
        copies.push((lock, copy));
    }
    for (_lock, copy) in copies {
        copy.commit()?;
    }
    Ok(told)
}

async fn ledger(settings: &Settings) -> Result<LedgerReport, Trouble> {
    let mut report = None;
    Line::with(settings, Founding::Untouched, async |line| {
        report = Some(line.call("invitations/check-ledger", &()).await?);
        Ok(())
    })
    .await?;
    serde_json::from_value(report.unwrap_or_default())
        .map_err(|error| Trouble::said(format!("no usable answer about the ledger: {error}")))
}

//! Putting the services together in one process. Each is built by its `build`, in the order of the
//! calls between them, and is handed the local form of those before it.

use std::path::Path;
use std::sync::Arc;

use latchkey_common::clock::Clock;
use latchkey_common::config::{EdgeSettings, Settings};
use latchkey_common::db::Migrations;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::{Edge, Parts};
use latchkey_process::commands::doctor::{Finding, table};
use latchkey_process::database::{Opened, Use, alive, look_after, open};

use crate::data_folder;
use crate::writers;
use latchkey_process::Trouble;

/// The services with a database of their own, in the order of the calls between them.
pub(crate) const SERVICES: [(&str, Migrations); 4] = [
    ("users", latchkey_users::MIGRATIONS),
    ("channels", latchkey_channels::MIGRATIONS),
    ("invitations", latchkey_invitations::MIGRATIONS),
    ("discord", latchkey_discord::MIGRATIONS),
];

/// The settings of this process.
pub(crate) fn settings(file: Option<&Path>) -> Result<Settings, Trouble> {
    let defaults = [
        latchkey_users::DEFAULTS,
        latchkey_channels::DEFAULTS,
        latchkey_invitations::DEFAULTS,
        latchkey_discord::DEFAULTS,
    ];
    Ok(Settings::of_process(&defaults, file)?)
}

/// True when the settings say where services of their own are: then nothing is to be run here, and
/// an operator's calls go to them.
pub(crate) fn is_split(settings: &Settings) -> Result<bool, Trouble> {
    for (service, _) in SERVICES {
        if !settings.internal_urls(service)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is to be said of the services' own tables of settings.
pub(crate) fn look(settings: &Settings) -> Vec<Finding> {
    let looks = [
        table::<latchkey_users::Settings>,
        table::<latchkey_channels::Settings>,
        table::<latchkey_invitations::Settings>,
        latchkey_discord::doctor::look,
    ];
    looks.into_iter().flat_map(|look| look(settings)).collect()
}

/// Everything that is served.
pub(crate) struct House {
    /// Routes, jobs and readiness of all services.
    pub(crate) parts: Parts,
    /// Makes the link for the first account.
    pub(crate) invitations: latchkey_invitations::Service,
}

/// Opens the databases and builds the services. The caller holds the data folder's lock.
pub(crate) fn build(settings: &Settings, edge: &Edge) -> Result<House, Trouble> {
    let limits = edge.limits();
    let master_key = master_key(settings, edge.settings())?;
    let [users_db, channels_db, invitations_db, discord_db] = open_all(settings, edge.clock())?;
    let databases = [&users_db, &channels_db, &invitations_db, &discord_db];
    let alive = databases.map(|one| alive(&one.db));
    let writers = writers::routes(databases.map(|one| one.db.clone()).to_vec());
    let (parts, users) = latchkey_users::build(latchkey_users::Setup {
        settings: settings.table()?,
        edge: edge.settings(),
        db: users_db.db,
        master_key: master_key.clone(),
    })?;
    let (more, channels) = latchkey_channels::build(latchkey_channels::Setup {
        settings: settings.table()?,
        edge: edge.settings(),
        db: channels_db.db,
        users: Arc::clone(&users),
        stop: edge.stop_handle(),
    });
    let parts = parts.and(more);
    let (more, invitations) = latchkey_invitations::build(latchkey_invitations::Setup {
        settings: settings.table()?,
        db: invitations_db.db,
        users: Arc::clone(&users),
        channels,
        master_key,
        limits: limits.clone(),
        list_ceiling: edge.settings().list_ceiling,
        public_url: edge.public_url(),
    })?;
    let parts = parts.and(more);
    let more = latchkey_discord::build(latchkey_discord::Setup {
        settings: settings.table()?,
        db: discord_db.db,
        users,
        limits: limits.clone(),
        list_ceiling: edge.settings().list_ceiling,
        public_url: edge.public_url(),
    })?;
    let mut parts = parts.and(more);
    let locks = [
        users_db.lock,
        channels_db.lock,
        invitations_db.lock,
        discord_db.lock,
    ];
    let (job, ready) = look_after(locks.into_iter().flatten().collect());
    parts.jobs.push(job);
    parts.ready.push(ready);
    parts.alive.extend(alive);
    parts.internal.extend(writers);
    Ok(House { parts, invitations })
}

fn open_all(settings: &Settings, clock: &Clock) -> Result<[Opened; 4], Trouble> {
    let [users, channels, invitations, discord] = SERVICES;
    Ok([
        open(settings, users, clock, Use::Sole)?,
        open(settings, channels, clock, Use::Sole)?,
        open(settings, invitations, clock, Use::Sole)?,
        open(settings, discord, clock, Use::Sole)?,
    ])
}

fn master_key(settings: &Settings, edge: &EdgeSettings) -> Result<MasterKey, Trouble> {
    if let Some(text) = settings.secret("master_key")? {
        return MasterKey::parse(&text)
            .map_err(|fault| Trouble::said(format!("{fault}: see LATCHKEY_MASTER_KEY")));
    }
    let text = data_folder::master_key(&edge.data_dir)?;
    let file = data_folder::master_key_file(&edge.data_dir);
    MasterKey::parse(&text)
        .map_err(|fault| Trouble::said(format!("{fault}: see {}", file.display())))
}

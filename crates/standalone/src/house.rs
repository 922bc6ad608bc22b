//! Putting the services together in one process. Each is built by its `build`, in the order of the
//! calls between them, and is handed the local form of those before it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use latchkey_common::clock::Clock;
use latchkey_common::config::{EdgeSettings, Settings};
use latchkey_common::db::{Db, DbSettings, Location, Migrations, SoleUse};
use latchkey_common::fault::Fault;
use latchkey_common::jobs::Job;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::{Edge, Parts, ReadyCheck};
use latchkey_invitations::settings::Settings as InvitationSettings;

use crate::data_folder;
use crate::output::Trouble;
use crate::writers;

/// The services with a database of their own, in the order of the calls between them.
pub(crate) const SERVICES: [(&str, Migrations); 4] = [
    ("users", latchkey_users::MIGRATIONS),
    ("channels", latchkey_channels::MIGRATIONS),
    ("invitations", latchkey_invitations::MIGRATIONS),
    ("discord", latchkey_discord::MIGRATIONS),
];

/// How often the locks on the databases are looked after.
const SOLE_USE_CHECK: Duration = Duration::from_secs(5);

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
    let writers = writers::mount(databases.map(|one| one.db.clone()).to_vec());
    let (parts, users) = latchkey_users::build(latchkey_users::Setup {
        settings: settings.table("users")?,
        edge: edge.settings(),
        db: users_db.db,
        master_key: master_key.clone(),
    })?;
    let (more, channels) = latchkey_channels::build(latchkey_channels::Setup {
        settings: settings.table("channels")?,
        edge: edge.settings(),
        db: channels_db.db,
        users: Arc::clone(&users),
        stop: edge.stop_handle(),
    })?;
    let parts = parts.and(more);
    let invitation_settings: InvitationSettings = settings.table("invitations")?;
    invitation_settings.check()?;
    let (more, invitations) = latchkey_invitations::build(latchkey_invitations::Setup {
        settings: invitation_settings,
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
        settings: settings.table("discord")?,
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
    parts.operator.push(writers);
    Ok(House { parts, invitations })
}

struct Opened {
    db: Db,
    lock: Option<SoleUse>,
}

fn open_all(settings: &Settings, clock: &Clock) -> Result<[Opened; 4], Trouble> {
    let [users, channels, invitations, discord] = SERVICES;
    Ok([
        open(settings, users, clock)?,
        open(settings, channels, clock)?,
        open(settings, invitations, clock)?,
        open(settings, discord, clock)?,
    ])
}

/// `SQLite` migrates at start; on `PostgreSQL` that is a command of its own, with a role of its own.
fn open(
    settings: &Settings,
    (service, migrations): (&'static str, Migrations),
    clock: &Clock,
) -> Result<Opened, Trouble> {
    let db = settings.db_settings(service)?;
    let named = |fault| {
        Trouble::said(format!(
            "the database of {service}: {}",
            Trouble::from(fault)
        ))
    };
    let lock = match db.location {
        Location::Sqlite(_) => {
            Db::migrate(&db, migrations).map_err(named)?;
            None
        }
        Location::Postgres(_) => {
            Some(ready_postgres(&db, service, migrations).map_err(|trouble| {
                Trouble::said(format!("the database of {service}: {trouble}"))
            })?)
        }
    };
    Ok(Opened {
        db: Db::open(&db, clock).map_err(named)?,
        lock,
    })
}

fn ready_postgres(
    db: &DbSettings,
    service: &str,
    migrations: Migrations,
) -> Result<SoleUse, Trouble> {
    match Db::pending(db, migrations)? {
        0 => Ok(SoleUse::take(db)?),
        count => Err(Trouble::said(format!(
            "{count} migrations of {service} have not run; run `latchkey migrate` first"
        ))),
    }
}

/// Keeps the locks; without one the process must not go on unseen.
fn look_after(locks: Vec<SoleUse>) -> (Job, ReadyCheck) {
    let locks = Arc::new(locks);
    let check = move || {
        let locks = Arc::clone(&locks);
        async move {
            tokio::task::spawn_blocking(move || locks.iter().try_for_each(SoleUse::check))
                .await
                .map_err(Fault::internal)?
        }
    };
    (
        Job::every("hold-databases", SOLE_USE_CHECK, check.clone()),
        ReadyCheck::new("sole use", check),
    )
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

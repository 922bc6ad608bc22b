//! The users service: accounts, passwords, sessions and tokens. [`build`] is the only entrance.
//!
//! `domain` has the rules, `app` one use case a file, `store` the only SQL, `http` the contracts at
//! the edge, `operator` what an operator asks, `jobs` what nobody waits for, `internal` what the
//! other services may ask.

mod app;
mod domain;
mod http;
mod internal;
mod jobs;
pub mod operator;
mod settings;
mod store;

use std::sync::Arc;

use actix_web::web::Data;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use latchkey_common::auth::SessionAuthority;
use latchkey_common::config::EdgeSettings;
use latchkey_common::db::{Db, Migrations};
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::Parts;
use latchkey_peers::users::{UsersApi, routes};

use crate::app::App;
use crate::internal::Local;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[users]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || SQLITE,
    postgres: || POSTGRES,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// What the service is built from.
pub struct Setup<'a> {
    /// The table `[users]`.
    pub settings: Settings,
    /// What all services share: the life of a session, the ceiling of lists, the limits' switch.
    pub edge: &'a EdgeSettings,
    /// The opened and migrated database.
    pub db: Db,
    /// Seals the private signing keys.
    pub master_key: MasterKey,
}

/// Puts the service together: what a server serves and runs of it, and the peer that the other
/// services ask.
///
/// # Errors
/// `Internal` when the system has no random numbers.
pub fn build(setup: Setup<'_>) -> Result<(Parts, Arc<dyn UsersApi>), Fault> {
    let app = Arc::new(App::new(
        setup.settings,
        setup.edge,
        setup.db,
        setup.master_key,
    )?);
    let peer = Arc::new(Local::new(Arc::clone(&app)));
    let data: Data<App> = Arc::clone(&app).into();
    let authority: Arc<dyn SessionAuthority> = Arc::<Local>::clone(&peer);
    let for_others: Arc<dyn UsersApi> = Arc::new(Local::for_others(Arc::clone(&app)));
    let parts = Parts {
        public: vec![http::mount(&data, authority)],
        internal: [routes(&for_others), operator::routes(&data)].concat(),
        jobs: jobs::jobs(&app),
        ready: jobs::readiness(&app),
        ..Parts::default()
    };
    Ok((parts, peer))
}

//! One Discord invite link per user: reserved here, made at Discord, kept here. [`build`] is the only
//! entrance.
//!
//! `domain` has the rules, `app` one use case a file, `store` the only SQL, `discord` the client of
//! Discord's REST API, `http` the contract at the edge, `operator` what an operator asks, `doctor` what
//! is wrong with the settings, `jobs` what nobody waits for.

mod app;
mod discord;
pub mod doctor;
mod domain;
mod http;
mod jobs;
pub mod operator;
mod settings;
mod store;

use std::sync::Arc;

use actix_web::web;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use latchkey_common::auth::jwt::Verifier;
use latchkey_common::db::{Db, Migrations};
use latchkey_common::fault::Fault;
use latchkey_common::rate_limit::Limits;
use latchkey_common::server::Parts;
use latchkey_peers::users::UsersApi;

use crate::app::App;
use crate::discord::Discord;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[discord]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

/// What the service is built from.
pub struct Setup {
    /// The table `[discord]`.
    pub settings: Settings,
    /// The opened and migrated database.
    pub db: Db,
    /// Accounts, and the keys that an `rds-session` is held against.
    pub users: Arc<dyn UsersApi>,
    /// Rates of calls.
    pub limits: Limits,
    /// How many rows a list answers at most.
    pub list_ceiling: i64,
    /// Where the server is reached from outside: how we introduce ourselves to Discord.
    pub public_url: String,
}

/// Puts the service together. Nothing is asked of Discord before the first link is.
///
/// # Errors
/// `Invalid` with a sentence for the operator when the settings of the issuer make no sense.
pub fn build(setup: Setup) -> Result<Parts, Fault> {
    let clock = setup.db.clock().clone();
    let verifier = Verifier::new(
        Arc::<dyn UsersApi>::clone(&setup.users),
        clock,
        &setup.settings.issuer,
    )?;
    let app = Arc::new(App {
        db: setup.db,
        discord: Discord::new(&setup.settings, &setup.public_url),
        settings: setup.settings,
        users: setup.users,
        limits: setup.limits,
        list_ceiling: setup.list_ceiling,
    });
    let data: web::Data<App> = Arc::clone(&app).into();
    Ok(Parts {
        public: vec![http::mount(data.clone(), web::Data::new(verifier))],
        dialects: vec![http::DIALECT],
        internal: operator::routes(&data),
        jobs: jobs::all(&app),
        ready: vec![jobs::readiness(&app)],
        ..Parts::default()
    })
}

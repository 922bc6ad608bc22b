//! One Discord invite link per user: reserved here, made at Discord, kept here. [`SERVICE`] is the only
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
use latchkey_common::auth::jwt::Verifier;
use latchkey_common::db::Migrations;
use latchkey_common::migrations;
use latchkey_common::server::Parts;
use latchkey_peers::plan;
use latchkey_peers::users::UsersApi;
use latchkey_process::{Built, Service, Setup, Trouble};

use crate::app::App;
use crate::discord::Discord;
use crate::http::sitemaps;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[discord]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = migrations!();

/// The service, to whoever runs it.
pub const SERVICE: Service = Service {
    plan: plan::Service::Discord,
    defaults: DEFAULTS,
    migrations: MIGRATIONS,
    refers: store::REFERS,
    sitemaps,
    doctor: doctor::look,
    build,
};

/// Puts the service together. Nothing is asked of Discord before the first link is.
fn build(setup: &Setup<'_>) -> Result<Built, Trouble> {
    let settings: Settings = setup.table()?;
    let users = setup.peers.users()?;
    let authority = Arc::<dyn UsersApi>::clone(&users);
    let clock = setup.db.clock().clone();
    let verifier = Verifier::new(authority, clock, &settings.issuer)?;
    if let Some(advice) = settings.issuer.advice(doctor::ISSUER) {
        tracing::warn!("{advice}");
    }
    let app = Arc::new(App {
        db: setup.db.clone(),
        discord: Discord::new(&settings, &setup.edge.public_url()),
        settings,
        users,
        limits: setup.edge.limits().clone(),
        list_ceiling: setup.edge.settings().list_ceiling,
        audit_life: setup.edge.settings().audit_life,
    });
    let data: web::Data<App> = Arc::clone(&app).into();
    let parts = Parts {
        public: sitemaps(),
        data: vec![http::data(data.clone(), web::Data::new(verifier))],
        internal: operator::routes(&data),
        jobs: jobs::jobs(&app),
        ..Parts::default()
    };
    Ok(Built {
        parts,
        ..Built::default()
    })
}

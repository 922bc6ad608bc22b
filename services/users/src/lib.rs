//! The users service: accounts, passwords, sessions and tokens. [`SERVICE`] is the only entrance.
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
use latchkey_common::auth::jwt::{IssuerSettings, Verifier};
use latchkey_common::auth::{SessionAuthority, TokenAuthority};
use latchkey_common::db::{Migrations, NameColumn};
use latchkey_common::migrations;
use latchkey_common::server::Parts;
use latchkey_peers::plan;
use latchkey_peers::users::{UsersApi, routes};
use latchkey_process::{Built, Finding, Peers, Service, Setup, Trouble};

use crate::app::App;
use crate::http::sitemaps;
use crate::internal::Local;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[users]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = migrations!(&[
    NameColumn {
        table: "accounts",
        name: "username",
        key: "username_folded",
    },
    NameColumn {
        table: "accounts",
        name: "email",
        key: "email_folded",
    },
]);

/// The service, to whoever runs it.
pub const SERVICE: Service = Service {
    plan: plan::Service::Users,
    defaults: DEFAULTS,
    migrations: MIGRATIONS,
    refers: &[],
    sitemaps,
    doctor: Finding::of_table::<Settings>,
    build,
};

/// Puts the service together: what a server serves and runs of it, and the peer that the other
/// services ask.
fn build(setup: &Setup<'_>) -> Result<Built, Trouble> {
    let app = Arc::new(App::new(
        setup.table()?,
        setup.edge.settings(),
        setup.db.clone(),
        setup.master_key()?,
    )?);
    let peer = Arc::new(Local::new(Arc::clone(&app)));
    let data: Data<App> = Arc::clone(&app).into();
    let authority: Arc<dyn SessionAuthority> = Arc::<Local>::clone(&peer);
    let own = IssuerSettings::default();
    let tokens: Arc<dyn TokenAuthority> = Arc::<Local>::clone(&peer);
    let bearers = Verifier::new(tokens, setup.db.clock().clone(), &own)?;
    let in_force = http::SettingsInForce(setup.settings.origins());
    let for_others: Arc<dyn UsersApi> = Arc::new(Local::for_others(Arc::clone(&app)));
    Ok(Built {
        parts: Parts {
            public: sitemaps(),
            data: vec![http::data(&data, authority, bearers, in_force)],
            internal: [routes(&for_others), operator::routes(&data)].concat(),
            jobs: jobs::jobs(&app),
            ready: jobs::readiness(&app),
            ..Parts::default()
        },
        peers: Peers {
            users: Some(peer),
            ..Peers::default()
        },
        ..Built::default()
    })
}

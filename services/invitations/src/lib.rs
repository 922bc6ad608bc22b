//! Every kind of invitation, and the ledger of whom each let in. [`SERVICE`] is the only entrance.
//!
//! `domain` has the rules, `app` one use case a file, `store` the only SQL, `http` the contracts at
//! the edge, `operator` what an operator asks, `doctor` what is said of the settings, `jobs` what nobody
//! waits for.

mod app;
mod doctor;
mod domain;
mod http;
mod jobs;
pub mod operator;
mod settings;
mod store;

use std::sync::Arc;

use actix_web::web;
use latchkey_common::auth::jwt::Verifier;
use latchkey_common::db::feed::Feed;
use latchkey_common::db::{Migrations, NameColumn};
use latchkey_common::fault::Fault;
use latchkey_common::migrations;
use latchkey_common::server::Parts;
use latchkey_peers::plan;
use latchkey_peers::users::UsersApi;
use latchkey_process::{Built, Greeting, Service, Setup, Trouble};
use tokio::sync::Notify;

use crate::app::App;
use crate::app::engine::check_master_key::check_master_key;
pub use crate::app::engine::check_master_key::look_at_master_key;
use crate::app::registration::link::registration_link;
use crate::app::registration::open_first_link::open_first_link;
use crate::http::sitemaps;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[invitations]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = migrations!(&[NameColumn {
    table: "groups",
    name: "name",
    key: "name_folded",
},]);

/// The service, to whoever runs it.
pub const SERVICE: Service = Service {
    plan: plan::Service::Invitations,
    defaults: DEFAULTS,
    migrations: MIGRATIONS,
    refers: store::REFERS,
    sitemaps,
    doctor: doctor::look,
    build,
};

/// Puts the service together: what a server serves and runs of it, and the link that makes the
/// first account.
fn build(setup: &Setup<'_>) -> Result<Built, Trouble> {
    let settings: Settings = setup.table()?;
    let users = setup.peers.users()?;
    let (sessions, tokens) = (Arc::clone(&users), Arc::clone(&users));
    let clock = setup.db.clock().clone();
    let bearers = Verifier::new(
        Arc::<dyn UsersApi>::clone(&users),
        clock,
        &settings.group_issuer,
    )?;
    if let Some(advice) = settings.group_issuer.advice(doctor::ISSUER) {
        tracing::warn!("{advice}");
    }
    let app = Arc::new(App {
        db: setup.db.clone(),
        feed: Feed::new(setup.db.clone()),
        settings,
        users,
        channels: setup.peers.channels()?,
        master_key: setup.master_key()?,
        limits: setup.edge.limits().clone(),
        list_ceiling: setup.edge.settings().list_ceiling,
        audit_life: setup.edge.settings().audit_life,
        list_bytes: setup.edge.settings().list_bytes,
        public_url: setup.edge.public_url(),
        to_settle: Arc::new(Notify::new()),
    });
    let data: web::Data<App> = Arc::clone(&app).into();
    Ok(Built {
        parts: Parts {
            public: sitemaps(),
            data: vec![http::data(data.clone(), sessions, tokens, bearers)],
            internal: operator::routes(&data),
            jobs: jobs::jobs(&app),
            ready: jobs::readiness(&app),
            ..Parts::default()
        },
        greeting: Some(Greeting::new(move || first_link(Arc::clone(&app)))),
        ..Built::default()
    })
}

/// The link that makes the first account, while there is no super user. Each call withdraws the
/// last one.
///
/// Before that a new database takes note of the master key, so that a later start with another one
/// is found out, also where nobody asked for readiness meanwhile.
async fn first_link(app: Arc<App>) -> Result<Vec<String>, Fault> {
    if let Err(fault) = check_master_key(&app.db, &app.master_key).await {
        tracing::error!(%fault, "no link is made; readiness says so too");
        return Ok(Vec::new());
    }
    let Some(token) = open_first_link(&app).await? else {
        return Ok(Vec::new());
    };
    Ok(vec![
        "Open this link to make the first account, a super user. It works once:".to_owned(),
        registration_link(&app, &token),
    ])
}

#[cfg(test)]
mod tests;

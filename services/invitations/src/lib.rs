//! Every kind of invitation, and the ledger of whom each let in. [`build`] is the only entrance.
//!
//! `domain` has the rules, `app` one use case a file, `store` the only SQL, `http` the contracts at
//! the edge, `operator` what an operator asks, `jobs` what nobody waits for.

mod app;
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
use latchkey_common::jobs::Job;
use latchkey_common::rate_limit::Limits;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::Parts;
use latchkey_peers::channels::ChannelsApi;
use latchkey_peers::users::UsersApi;
use tokio::sync::Notify;

use crate::app::App;
use crate::app::engine::check_master_key::check_master_key;
pub use crate::app::engine::check_master_key::look_at_master_key;
use crate::app::registration::link::registration_link;
use crate::app::registration::open_first_link::open_first_link;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[invitations]`.
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
    /// The table `[invitations]`.
    pub settings: Settings,
    /// The opened and migrated database.
    pub db: Db,
    /// Accounts and sessions.
    pub users: Arc<dyn UsersApi>,
    /// Channels and their members.
    pub channels: Arc<dyn ChannelsApi>,
    /// Seals what a maker may read again.
    pub master_key: MasterKey,
    /// Rates of calls.
    pub limits: Limits,
    /// How many rows a list answers at most.
    pub list_ceiling: i64,
    /// Where the server is reached from outside, without a slash at the end.
    pub public_url: String,
}

/// The service from inside the process.
pub struct Service {
    app: Arc<App>,
}

/// Puts the service together: what it serves, and itself.
///
/// # Errors
/// `Invalid` when the settings of a contract's issuer make no sense.
pub fn build(setup: Setup) -> Result<(Parts, Service), Fault> {
    let (sessions, tokens) = (Arc::clone(&setup.users), Arc::clone(&setup.users));
    let issuer = &setup.settings.group_issuer;
    let bearers = Verifier::new(
        Arc::<dyn UsersApi>::clone(&setup.users),
        setup.db.clock().clone(),
        issuer,
    )?;
    let app = Arc::new(App {
        db: setup.db,
        settings: setup.settings,
        users: setup.users,
        channels: setup.channels,
        master_key: setup.master_key,
        limits: setup.limits,
        list_ceiling: setup.list_ceiling,
        public_url: setup.public_url,
        to_settle: Arc::new(Notify::new()),
    });
    let data: web::Data<App> = Arc::clone(&app).into();
    let parts = Parts {
        public: vec![
            http::mount(data.clone(), sessions, tokens),
            http::mount_groups(data.clone(), web::Data::new(bearers)),
        ],
        dialects: http::DIALECTS.to_vec(),
        internal: operator::routes(&data),
        jobs: jobs::all(&app),
        ready: jobs::readiness(&app),
        ..Parts::default()
    };
    Ok((parts, Service { app }))
}

impl Service {
    /// The link that makes the first account, while there is no super user. Each call withdraws
    /// the last one.
    ///
    /// Before that a new database takes note of the master key, so that a later start with another
    /// one is found out, also where nobody asked for readiness meanwhile.
    pub async fn open_first_link(&self) -> Result<Option<String>, Fault> {
        if let Err(fault) = check_master_key(&self.app.db, &self.app.master_key).await {
            tracing::error!(%fault, "no link is made; readiness says so too");
            return Ok(None);
        }
        let token = open_first_link(&self.app).await?;
        Ok(token.map(|token| registration_link(&self.app, &token)))
    }

    /// Tells the link once at the start, as soon as the users service can be asked whether there is a
    /// super user: for a process that may start before it.
    pub fn first_link_job(self, say: fn(&str)) -> Job {
        let service = Arc::new(self);
        Job::until_stopped("open-first-link", move |mut stop| {
            let service = Arc::clone(&service);
            async move {
                if let Some(link) = service.open_first_link().await? {
                    say("Open this link to make the first account, a super user. It works once:");
                    say(&link);
                }
                stop.requested().await;
                Ok(())
            }
        })
    }
}

#[cfg(test)]
mod tests;

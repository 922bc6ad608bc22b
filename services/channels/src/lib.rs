//! The channels service: channels, their members and messages, read marks, live events. [`build`]
//! is the only entrance.
//!
//! `domain` has the rules, `app` one use case a file, `store` the only SQL, `live` the streams,
//! `http` the contracts at the edge, `jobs` what nobody waits for, `internal` what the other
//! services may ask.

mod app;
mod domain;
mod http;
mod internal;
mod jobs;
mod live;
mod settings;
mod store;

use std::sync::Arc;

use actix_web::web::Data;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use latchkey_common::auth::SessionAuthority;
use latchkey_common::bus::Bus;
use latchkey_common::config::EdgeSettings;
use latchkey_common::db::feed::Feed;
use latchkey_common::db::{Db, Migrations};
use latchkey_common::jobs::Stop;
use latchkey_common::server::Parts;
use latchkey_peers::channels::{ChannelsApi, routes};
use latchkey_peers::users::UsersApi;
use tokio::sync::Semaphore;

use crate::app::{App, load_messages};
use crate::internal::Local;
use crate::live::Live;
pub use crate::settings::Settings;

/// The compiled-in settings of the table `[channels]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// Where replicas tell each other up to which position there are events.
const SUBJECT: &str = "latchkey.channels.events";

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || SQLITE,
    postgres: || POSTGRES,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// What the service is built from.
pub struct Setup<'a> {
    /// The table `[channels]`.
    pub settings: Settings,
    /// What all services share: the ceiling of lists, the bus.
    pub edge: &'a EdgeSettings,
    /// The opened and migrated database.
    pub db: Db,
    /// The users service.
    pub users: Arc<dyn UsersApi>,
    /// Tells when live streams must end: `Edge::stop_handle`.
    pub stop: Stop,
}

/// Puts the service together: what a server serves and runs of it, and the peer that the other
/// services ask.
pub fn build(setup: Setup<'_>) -> (Parts, Arc<dyn ChannelsApi>) {
    let bus = setup.edge.nats.clone();
    let bus = bus.map(|address| Bus::new(address, SUBJECT));
    let feed = Feed::beside(setup.db.clone(), bus);
    let live = Live::new(
        setup.db.clone(),
        Arc::clone(&feed),
        &setup.settings,
        setup.stop,
    );
    let is_told = {
        let live = Arc::downgrade(&live);
        setup.users.on_sessions_ended(Arc::new(move |ended| {
            if let Some(live) = live.upgrade() {
                live.end_sessions(ended);
            }
        }))
    };
    let authority: Arc<dyn SessionAuthority> = Arc::<dyn UsersApi>::clone(&setup.users);
    let app = Arc::new(App {
        db: setup.db,
        settings: setup.settings,
        list_ceiling: setup.edge.list_ceiling,
        users: setup.users,
        feed,
        live,
        loads: Semaphore::new(load_messages::AT_ONCE),
    });
    let data: Data<App> = Arc::clone(&app).into();
    let peer: Arc<dyn ChannelsApi> = Arc::new(Local(Arc::clone(&app)));
    let parts = Parts {
        public: vec![http::mount(&data, authority)],
        jobs: jobs::jobs(&app, is_told),
        ready: vec![jobs::readiness(&app)],
        internal: routes(&peer),
        ..Parts::default()
    };
    (parts, peer)
}

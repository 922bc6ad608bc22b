//! The channels service: channels, their members and messages, read marks, live events.
//! [`SERVICE`] is the only entrance.
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
use latchkey_common::auth::SessionAuthority;
use latchkey_common::bus::Bus;
use latchkey_common::db::feed::Feed;
use latchkey_common::db::{Migrations, NameColumn, Together};
use latchkey_common::migrations;
use latchkey_common::server::Parts;
use latchkey_peers::channels::{ChannelsApi, routes};
use latchkey_peers::plan;
use latchkey_peers::users::UsersApi;
use latchkey_process::{Built, Finding, Peers, Service, Setup, Trouble};

use crate::app::App;
use crate::app::watch_sessions::LastAnswer;
use crate::http::sitemaps;
use crate::internal::Local;
use crate::live::Live;
pub use crate::settings::Settings;
use crate::store::saying::SAYING;

/// The compiled-in settings of the table `[channels]`.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// Where replicas tell each other up to which position there are events.
const SUBJECT: &str = "latchkey.channels.events";

/// What brings the database to the shape that this code expects.
pub const MIGRATIONS: Migrations = migrations!(&[NameColumn {
    table: "channels",
    name: "name",
    key: "name_folded",
},]);

/// The service, to whoever runs it.
pub const SERVICE: Service = Service {
    plan: plan::Service::Channels,
    defaults: DEFAULTS,
    migrations: MIGRATIONS,
    refers: store::REFERS,
    sitemaps,
    doctor: Finding::of_table::<Settings>,
    build,
};

/// Puts the service together: what a server serves and runs of it, and the peer that the other
/// services ask.
fn build(setup: &Setup<'_>) -> Result<Built, Trouble> {
    let settings: Settings = setup.table()?;
    let (edge, db) = (setup.edge.settings(), &setup.db);
    let users = setup.peers.users()?;
    let bus = edge.nats.clone().map(|address| Bus::new(address, SUBJECT));
    let feed = Feed::beside(db.clone(), bus);
    let stop = setup.edge.stop_handle();
    let live = Live::new(db.clone(), Arc::clone(&feed), &settings, stop);
    let is_told = {
        let live = Arc::downgrade(&live);
        users.on_sessions_ended(Arc::new(move |ended| {
            if let Some(live) = live.upgrade() {
                live.end_sessions(ended);
            }
        }))
    };
    let authority: Arc<dyn SessionAuthority> = Arc::<dyn UsersApi>::clone(&users);
    let app = Arc::new(App {
        db: db.clone(),
        sending: Together::new(db.for_new(), &SAYING),
        settings,
        searches: edge.search_turns(),
        list_ceiling: edge.list_ceiling,
        list_bytes: edge.list_bytes,
        has_quotas: edge.limits.are_on,
        users,
        feed,
        live,
        last_answer: LastAnswer::now(),
    });
    let data: Data<App> = Arc::clone(&app).into();
    let peer: Arc<dyn ChannelsApi> = Arc::new(Local(Arc::clone(&app)));
    Ok(Built {
        parts: Parts {
            public: sitemaps(),
            data: vec![http::data(&data, authority)],
            jobs: jobs::jobs(&app, is_told),
            internal: routes(&peer),
            ..Parts::default()
        },
        peers: Peers {
            channels: Some(peer),
            ..Peers::default()
        },
        ..Built::default()
    })
}

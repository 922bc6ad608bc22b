//! The use cases: one verb, one file, in the folder of its noun. They know neither HTTP nor queries.

pub mod channel;
pub mod choir;
pub mod engine;
pub mod group;
pub mod ledger;
pub mod namespace;
pub mod registration;

use std::sync::Arc;

use latchkey_common::db::Db;
use latchkey_common::rate_limit::Limits;
use latchkey_common::seal::MasterKey;
use latchkey_peers::channels::ChannelsApi;
use latchkey_peers::users::UsersApi;
use tokio::sync::Notify;

use crate::settings::Settings;

/// What every use case works with.
pub struct App {
    /// This service's database.
    pub db: Db,
    /// This service's settings.
    pub settings: Settings,
    /// Accounts and sessions.
    pub users: Arc<dyn UsersApi>,
    /// Channels and their members.
    pub channels: Arc<dyn ChannelsApi>,
    /// Seals what a maker may read again.
    pub master_key: MasterKey,
    /// Rates of anonymous and signed-in calls.
    pub limits: Limits,
    /// How many rows a list answers at most.
    pub list_ceiling: i64,
    /// Where the server is reached from outside, without a slash at the end.
    pub public_url: String,
    /// Notified when a use waits to be settled.
    pub to_settle: Arc<Notify>,
}

//! The use cases: one verb, one file, in the folder of its noun. They know neither HTTP nor queries.

pub(crate) mod application_form;
pub(crate) mod block;
pub(crate) mod channel;
pub(crate) mod choir;
pub(crate) mod departed;
pub(crate) mod engine;
pub(crate) mod event;
pub(crate) mod group;
pub(crate) mod inbox;
pub(crate) mod invitation;
pub(crate) mod join_request;
pub(crate) mod ledger;
pub(crate) mod membership;
pub(crate) mod namespace;
pub(crate) mod own_data;
pub(crate) mod registration;
pub(crate) mod tree;

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::db::Db;
use latchkey_common::db::feed::Feed;
use latchkey_common::fault::Fault;
use latchkey_common::page::Most;
use latchkey_common::rate_limit::Limits;
use latchkey_common::seal::MasterKey;
use latchkey_peers::channels::ChannelsApi;
use latchkey_peers::users::UsersApi;
use tokio::sync::Notify;

use crate::settings::Settings;

/// What every use case works with.
pub(crate) struct App {
    /// This service's database.
    pub(crate) db: Db,
    /// This service's settings.
    pub(crate) settings: Settings,
    /// Accounts and sessions.
    pub(crate) users: Arc<dyn UsersApi>,
    /// Channels and their members.
    pub(crate) channels: Arc<dyn ChannelsApi>,
    /// Seals what a maker may read again.
    pub(crate) master_key: MasterKey,
    /// Rates of anonymous and signed-in calls.
    pub(crate) limits: Limits,
    /// How many rows a list answers at most.
    pub(crate) list_ceiling: i64,
    /// How long rows of the audit log are kept.
    pub(crate) audit_life: Duration,
    /// Bytes that a list answers at most.
    pub(crate) list_bytes: usize,
    /// Where the server is reached from outside, without a slash at the end.
    pub(crate) public_url: String,
    /// The outbox: what happened, in order.
    pub(crate) feed: Arc<Feed>,
    /// Notified when a use waits to be settled.
    pub(crate) to_settle: Arc<Notify>,
}

impl App {
    /// What a list answers at most.
    pub(crate) const fn most_listed(&self) -> Most {
        Most {
            rows: self.list_ceiling,
            bytes: self.list_bytes,
        }
    }

    /// Counts one more invitation that a person makes, of whatever kind: what each of their use cases
    /// begins with.
    ///
    /// # Errors
    /// `Busy` when there were too many.
    fn count_invitation(&self, by: UserId) -> Result<(), Fault> {
        self.limits.check("invitation", by)
    }
}

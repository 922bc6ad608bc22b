//! The use cases: one verb, one file. They know neither HTTP nor queries.

pub(crate) mod forget;
pub(crate) mod list_links;
pub(crate) mod make_link;
pub(crate) mod measure;
pub(crate) mod read_audit;
pub(crate) mod read_link;
pub(crate) mod revoke_link;
pub(crate) mod settle;
pub(crate) mod show_link;
pub(crate) mod tell;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use latchkey_common::db::Db;
use latchkey_common::fault::Fault;
use latchkey_common::rate_limit::Limits;
use latchkey_peers::users::UsersApi;
use tracing::Instrument as _;

use crate::discord::Discord;
use crate::settings::Settings;

/// What every use case works with.
pub(crate) struct App {
    /// This service's database.
    pub(crate) db: Db,
    /// This service's settings.
    pub(crate) settings: Settings,
    /// Where links are made.
    pub(crate) discord: Discord,
    /// Accounts.
    pub(crate) users: Arc<dyn UsersApi>,
    /// Rates of signed-in calls.
    pub(crate) limits: Limits,
    /// How many rows a list answers at most.
    pub(crate) list_ceiling: i64,
    /// How long rows of the audit log are kept.
    pub(crate) audit_life: Duration,
}

/// Works on when the caller goes away: a handler is dropped when its client resets the connection,
/// and what Discord answers after that would be lost.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever called waits for it; if nobody does, it ends by its own deadlines, and the job covers the rest"
)]
async fn to_the_end<T, E>(work: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Fault> + Send + 'static,
{
    // Its lines in the log are those of the request.
    tokio::spawn(work.in_current_span())
        .await
        .unwrap_or_else(|error| Err(Fault::internal(error).into()))
}

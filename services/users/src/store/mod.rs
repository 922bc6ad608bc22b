//! The only SQL of this service. Functions take a connection, run one or two statements and say
//! what they found; what that means stands in `app`.

pub(crate) mod accounts;
pub(crate) mod api_tokens;
pub(crate) mod audit;
pub(crate) mod departures;
pub(crate) mod discord_links;
pub(crate) mod events;
pub(crate) mod login_failures;
pub(crate) mod passwords;
pub(crate) mod reset_links;
mod schema;
pub(crate) mod sessions;
pub(crate) mod signing_keys;

/// Rows that a clearing job deletes in one transaction: it must not hold the writer for long.
pub(crate) const PURGE_BATCH: i64 = 1_000;

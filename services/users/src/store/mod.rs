//! The only SQL of this service. Functions take a connection, run one or two statements and say
//! what they found; what that means stands in `app`.

pub mod accounts;
pub mod api_tokens;
pub mod events;
pub mod login_failures;
mod schema;
pub mod sessions;
pub mod signing_keys;

/// Rows that a clearing job deletes in one transaction: it must not hold the writer for long.
pub const PURGE_BATCH: i64 = 1_000;

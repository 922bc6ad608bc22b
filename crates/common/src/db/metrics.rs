//! What the lanes tell Prometheus.

use std::time::Duration;

use super::lanes::Role;

/// How long a unit waited in the queue before a lane took it.
pub(super) fn waited(database: &'static str, role: Role, wait: Duration) {
    let role = match role {
        Role::Reader => "read",
        Role::Writer => "write",
    };
    metrics::histogram!("latchkey_db_queue_seconds", "database" => database, "role" => role)
        .record(wait.as_secs_f64());
}

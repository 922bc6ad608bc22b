//! What the lanes tell Prometheus.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::plan::Role;
use crate::telemetry;

/// How a unit of work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What it did stands.
    Done,
    /// It answered an error, be it trouble or a refusal by a rule; nothing of it stands.
    Undone,
    /// No connection, or no commit.
    Failed,
    /// It waited beyond its patience and did not begin.
    Late,
    /// The queue was full.
    Full,
    /// Its connection fell silent; the outcome is unknown.
    Lost,
}

/// The meters of one set of lanes.
pub(super) struct Meters {
    waited: Histogram,
    ran: Histogram,
    waiting: Gauge,
    done: Counter,
    undone: Counter,
    failed: Counter,
    late: Counter,
    full: Counter,
    lost: Counter,
    silent: Counter,
    failed_changes: Counter,
    stuck: Gauge,
}

impl Meters {
    pub(super) fn of(database: &'static str, role: Role) -> Self {
        // Meters belong to the recorder that is there when they are made. An error says that
        // somebody else's is there, which will do.
        drop(telemetry::metrics());
        let role = match role {
            Role::Reader => "read",
            Role::Writer => "write",
            Role::Lock => "lock",
        };
        let units = |outcome: &'static str| {
            counter!("latchkey_db_units_total",
                "database" => database, "role" => role, "outcome" => outcome)
        };
        Self {
            waited: histogram!("latchkey_db_queue_seconds", "database" => database, "role" => role),
            ran: histogram!("latchkey_db_run_seconds", "database" => database, "role" => role),
            waiting: gauge!("latchkey_db_queue_units", "database" => database, "role" => role),
            done: units("done"),
            undone: units("undone"),
            failed: units("failed"),
            late: units("late"),
            full: units("full"),
            lost: units("lost"),
            silent: counter!("latchkey_db_silent_connections_total",
                "database" => database, "role" => role),
            failed_changes: counter!("latchkey_db_failed_changes_total", "database" => database),
            stuck: gauge!("latchkey_db_stuck_lanes", "database" => database, "role" => role),
        }
    }

    /// A unit waited this long in the queue before a lane took it; so many wait still.
    pub(super) fn taken(&self, wait: Duration, waiting: usize) {
        self.waited.record(wait.as_secs_f64());
        self.queued(waiting);
    }

    /// So many units wait.
    pub(super) fn queued(&self, waiting: usize) {
        self.waiting.set(telemetry::count(waiting));
    }

    /// A unit took this long, its commit not included.
    pub(super) fn ran(&self, took: Duration) {
        self.ran.record(took.as_secs_f64());
    }

    /// A connection fell silent and was given up.
    pub(super) fn fell_silent(&self) {
        self.silent.increment(1);
    }

    /// The database failed to make a change.
    pub(super) fn change_failed(&self) {
        self.failed_changes.increment(1);
    }

    /// So many lanes can do nothing at present.
    pub(super) fn stuck(&self, lanes: usize) {
        self.stuck.set(telemetry::count(lanes));
    }

    pub(super) fn ended(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Done => &self.done,
            Outcome::Undone => &self.undone,
            Outcome::Failed => &self.failed,
            Outcome::Late => &self.late,
            Outcome::Full => &self.full,
            Outcome::Lost => &self.lost,
        };
        counter.increment(1);
    }
}

//! The settings of this service: the table `[channels]`. `config.default.toml` is their manual.

use std::time::Duration;

use latchkey_common::config::{Misfit, Table};
use serde::Deserialize;

/// What an operator may change. Where the database lies stands in the table too; whoever opens it
/// reads that.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seconds.
    pub event_life_s: u64,
    /// Seconds.
    pub purge_period_s: u64,
    /// Seconds.
    pub heartbeat_s: u64,
    /// Streams.
    pub streams_per_session: usize,
    /// Seconds.
    pub evicted_retry_s: u64,
    /// Events.
    pub stream_queue: usize,
    /// Bytes.
    pub stream_queue_bytes: usize,
    /// Open channels that somebody owns.
    pub channels_per_person: u32,
    /// Seconds. 0: not at all.
    pub users_absence_s: u64,
}

impl Table for Settings {
    const NAME: &'static str = "channels";

    fn check(&self) -> Result<(), Misfit> {
        Misfit::of_zeros(&[
            ("event_life_s", self.event_life_s > 0),
            ("purge_period_s", self.purge_period_s > 0),
            ("heartbeat_s", self.heartbeat_s > 0),
            ("streams_per_session", self.streams_per_session > 0),
            ("evicted_retry_s", self.evicted_retry_s > 0),
            ("channels_per_person", self.channels_per_person > 0),
            ("stream_queue", self.stream_queue > 0),
            ("stream_queue_bytes", self.stream_queue_bytes > 0),
        ])
    }
}

impl Settings {
    /// How long events can be replayed.
    pub(crate) const fn event_life(&self) -> Duration {
        Duration::from_secs(self.event_life_s)
    }

    /// The pause between two runs of the purging job.
    pub(crate) const fn purge_period(&self) -> Duration {
        Duration::from_secs(self.purge_period_s)
    }

    /// The pause after which a quiet stream sends a sign of life.
    pub(crate) const fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.heartbeat_s)
    }

    /// How long a stream that had to make room is told to stay away.
    pub(crate) const fn evicted_retry(&self) -> Duration {
        Duration::from_secs(self.evicted_retry_s)
    }

    /// How many open channels somebody may own and still make another.
    pub(crate) fn most_channels(&self) -> i64 {
        i64::from(self.channels_per_person)
    }

    /// How long streams go on while nobody can be asked about their sessions.
    pub(crate) const fn users_absence(&self) -> Duration {
        Duration::from_secs(self.users_absence_s)
    }
}

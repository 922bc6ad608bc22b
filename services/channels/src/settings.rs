//! The settings of this service: the table `[channels]`. `config.default.toml` is their manual.

use std::time::Duration;

use serde::Deserialize;

/// What an operator may change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How long events can be replayed, in seconds.
    #[serde(rename = "events_kept_seconds", deserialize_with = "seconds")]
    pub events_kept: Duration,
    /// Pause after which a quiet stream sends a sign of life, in seconds.
    #[serde(rename = "heartbeat_seconds", deserialize_with = "seconds")]
    pub heartbeat: Duration,
    /// Streams that one session may hold; a further one ends the oldest.
    pub streams_per_session: usize,
    /// Events that may wait for a slow client before it is cut off.
    pub stream_queue: usize,
}

fn seconds<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let seconds = u64::deserialize(from)?;
    if seconds == 0 {
        return Err(serde::de::Error::custom("a span of no seconds"));
    }
    Ok(Duration::from_secs(seconds))
}

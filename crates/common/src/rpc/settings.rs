//! The settings of calls between services.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::config::{ConfigError, INTERNAL_URL, PUBLIC_KEY, Settings};

/// Times and limits of calls to other services.
#[derive(Debug, Clone, Copy)]
pub struct PeersSettings {
    /// A whole call.
    pub timeout: Duration,
    /// One attempt at a call that changes nothing.
    pub attempt_timeout: Duration,
    /// Connecting.
    pub connect_timeout: Duration,
    /// Failures in a row that open a circuit.
    pub circuit_failures: u32,
    /// The pause between two trials while it is open.
    pub circuit_pause: Duration,
}

impl Settings {
    /// Times and limits of calls to other services.
    pub fn peers(&self) -> Result<PeersSettings, ConfigError> {
        let failures: NonZeroU32 = self.get("peers.circuit_failures")?;
        Ok(PeersSettings {
            timeout: self.milliseconds("peers.timeout_ms")?,
            attempt_timeout: self.milliseconds("peers.attempt_timeout_ms")?,
            connect_timeout: self.milliseconds("peers.connect_timeout_ms")?,
            circuit_failures: failures.get(),
            circuit_pause: self.milliseconds("peers.circuit_pause_ms")?,
        })
    }

    /// Where the replicas of `service` answer other services; empty in one process.
    pub fn internal_urls(&self, service: &str) -> Result<Vec<String>, ConfigError> {
        let key = format!("{service}.{INTERNAL_URL}");
        let urls: Vec<String> = self.get(&key)?;
        match urls.iter().find(|url| !is_base(url)) {
            None => Ok(urls),
            Some(bad) => Err(self.unfit(
                &key,
                format!("must be http://host:port without a path, not {bad}"),
            )),
        }
    }

    /// The public key of `service`, if it is set.
    pub fn public_key(&self, service: &str) -> Result<Option<String>, ConfigError> {
        let text: String = self.get(&format!("{service}.{PUBLIC_KEY}"))?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

fn is_base(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| {
        let host = rest.trim_end_matches('/');
        !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])
    })
}

//! The settings of this service; `config.default.toml` says what each is for.

use std::time::Duration;

use argon2::Params;
use latchkey_common::auth::jwt::{KEY_PAUSE, SigningAlgorithm};
use latchkey_common::config::{Misfit, Table};
use latchkey_common::fault::Fault;
use latchkey_common::text;
use latchkey_peers::users::{Password, Username};
use serde::{Deserialize, Serialize};

use crate::domain::password::{Hasher, costs};
use crate::domain::weakness::Weakness;

/// The table `[users]`; `database_url`, which is in it too, is read by whoever opens the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Sessions.
    pub sessions_per_user: i64,
    /// KiB.
    pub password_memory_kib: u32,
    /// Passes over the memory.
    pub password_passes: u32,
    /// Lanes.
    pub password_lanes: u32,
    /// Hashes; 0 is as many as there are cores.
    pub password_hashes_at_once: usize,
    /// Milliseconds.
    pub password_patience_ms: u64,
    /// Whether passwords that are guessed first are refused.
    pub refuses_weak_passwords: bool,
    /// Names that only super users have.
    pub reserved_names: Vec<String>,
    /// Wrong passwords in a window.
    pub login_failures: i64,
    /// Wrong passwords in a window, from all networks together.
    pub login_failures_everywhere: i64,
    /// Seconds.
    pub login_failure_window_s: u64,
    /// Seconds.
    pub device_life_s: u64,
    /// Seconds.
    pub first_session_within_s: u64,
    /// Seconds.
    pub reset_link_life_s: u64,
    /// API tokens.
    pub api_tokens_per_user: i64,
    /// Seconds; 0 is as long as nobody revokes it.
    pub api_token_life_s: i64,
    /// Seconds; 0 is however long ago.
    pub fresh_login_s: u64,
    /// Of signed tokens.
    pub signing_algorithm: SigningAlgorithm,
    /// Seconds.
    pub signing_key_lead_s: u64,
    /// Seconds.
    pub bearer_life_s: i64,
    /// Seconds.
    pub rds_session_life_s: i64,
    /// Seconds.
    pub event_life_s: u64,
    /// Seconds.
    pub purge_period_s: u64,
}

impl Table for Settings {
    const NAME: &'static str = "users";

    fn check(&self) -> Result<(), Misfit> {
        Misfit::of_zeros(&[
            ("sessions_per_user", self.sessions_per_user > 0),
            ("password_patience_ms", self.password_patience_ms > 0),
            ("login_failures", self.login_failures > 0),
            (
                "login_failures_everywhere",
                self.login_failures_everywhere > 0,
            ),
            ("device_life_s", self.device_life_s > 0),
            ("first_session_within_s", self.first_session_within_s > 0),
            ("reset_link_life_s", self.reset_link_life_s > 0),
            ("login_failure_window_s", self.login_failure_window_s > 0),
            ("api_tokens_per_user", self.api_tokens_per_user > 0),
            ("api_token_life_s", self.api_token_life_s >= 0),
            ("bearer_life_s", self.bearer_life_s > 0),
            ("rds_session_life_s", self.rds_session_life_s > 0),
            ("event_life_s", self.event_life_s > 0),
            ("purge_period_s", self.purge_period_s > 0),
        ])?;
        if self.signing_key_lead() < KEY_PAUSE {
            return Err(Misfit::new(
                "signing_key_lead_s",
                format!(
                    "must be at least {}: so long may pass until a service asks for a new key",
                    KEY_PAUSE.as_secs()
                ),
            ));
        }
        self.costs().map(drop)
    }
}

impl Settings {
    /// What hashes passwords at the cost that is set.
    pub(crate) fn hasher(&self) -> Result<Hasher, Fault> {
        Hasher::new(self.costs()?)
    }

    /// # Errors
    /// Why the password is refused for an account of this name.
    pub(crate) fn refuse_weak(&self, password: &Password, username: &str) -> Result<(), Weakness> {
        let found = self
            .refuses_weak_passwords
            .then(|| Weakness::of(password.expose(), username))
            .flatten();
        found.map_or(Ok(()), Err)
    }

    /// True when the name is kept for those who look after the place.
    pub(crate) fn is_reserved(&self, name: &Username) -> bool {
        let name = name.folded();
        self.reserved_names
            .iter()
            .any(|reserved| text::fold(reserved) == name)
    }

    fn costs(&self) -> Result<Params, Misfit> {
        costs(
            self.password_memory_kib,
            self.password_passes,
            self.password_lanes,
        )
    }

    /// How long a request waits for its turn to hash.
    pub const fn password_patience(&self) -> Duration {
        Duration::from_millis(self.password_patience_ms)
    }

    /// How long failed logins are counted together.
    pub const fn login_failure_window(&self) -> Duration {
        Duration::from_secs(self.login_failure_window_s)
    }

    /// How long a device is known on which somebody has signed in.
    pub const fn device_life(&self) -> Duration {
        Duration::from_secs(self.device_life_s)
    }

    /// How long after an account was made it may be signed in without its password.
    pub const fn first_session_within(&self) -> Duration {
        Duration::from_secs(self.first_session_within_s)
    }

    /// How long a link is good with which somebody chooses another password.
    pub const fn reset_link_life(&self) -> Duration {
        Duration::from_secs(self.reset_link_life_s)
    }

    /// How long an API token may live; `None`: until it is revoked.
    pub const fn api_token_life(&self) -> Option<Duration> {
        match self.api_token_life_s {
            0 => None,
            life => Some(Duration::from_secs(life.unsigned_abs())),
        }
    }

    /// How long after a login nobody is asked for the password again; `None`: never.
    pub const fn fresh_login(&self) -> Option<Duration> {
        match self.fresh_login_s {
            0 => None,
            span => Some(Duration::from_secs(span)),
        }
    }

    /// How long a key is published before it signs.
    pub const fn signing_key_lead(&self) -> Duration {
        Duration::from_secs(self.signing_key_lead_s)
    }

    /// How long events are kept.
    pub const fn event_life(&self) -> Duration {
        Duration::from_secs(self.event_life_s)
    }

    /// The pause between two runs of a clearing job.
    pub const fn purge_period(&self) -> Duration {
        Duration::from_secs(self.purge_period_s)
    }
}

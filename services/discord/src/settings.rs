//! The settings of this service; `config.default.toml` says what each is for.

use std::num::NonZeroU64;
use std::time::Duration;

use latchkey_common::auth::jwt::IssuerSettings;
use latchkey_common::config::{Misfit, Table};
use latchkey_common::secret::Secret;
use serde::Deserialize;

/// The table `[discord]`, without `database_url`: whoever opens the database reads that.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where Discord's API is.
    pub api_base: String,
    /// Who makes links; empty is nobody.
    pub bot_token: Secret,
    /// Where links lead; empty is nowhere.
    pub channel_id: String,
    /// Milliseconds.
    pub timeout_ms: NonZeroU64,
    /// Milliseconds.
    pub settle_grace_ms: u64,
    /// Milliseconds.
    pub settle_period_ms: NonZeroU64,
    /// Seconds.
    pub released_life_s: u64,
    /// Seconds.
    pub purge_period_s: NonZeroU64,
    /// The site's own issuer of `rds-session` tokens.
    pub issuer: IssuerSettings,
}

impl Table for Settings {
    const NAME: &'static str = "discord";

    fn check(&self) -> Result<(), Misfit> {
        let issuer = self.issuer.check();
        issuer.map_err(|misfit| misfit.within("issuer"))
    }
}

impl Settings {
    /// The deadline of a call to Discord, repeats and waits included.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.get())
    }

    /// How long a reservation may stand before it counts as left over.
    pub const fn settle_within(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.get().saturating_add(self.settle_grace_ms))
    }

    /// The pause between two looks for left-over reservations.
    pub const fn settle_period(&self) -> Duration {
        Duration::from_millis(self.settle_period_ms.get())
    }

    /// How long an attempt that made nothing is remembered.
    pub const fn released_life(&self) -> Duration {
        Duration::from_secs(self.released_life_s)
    }

    /// The pause between two rounds of forgetting.
    pub const fn purge_period(&self) -> Duration {
        Duration::from_secs(self.purge_period_s.get())
    }

    /// The settings without which no link can be made, by the names of their variables.
    pub fn missing(&self) -> Vec<&'static str> {
        let wanted = [
            ("LATCHKEY_DISCORD__BOT_TOKEN", self.bot_token.expose()),
            ("LATCHKEY_DISCORD__CHANNEL_ID", self.channel_id.as_str()),
        ];
        wanted
            .into_iter()
            .filter(|(_, value)| value.trim().is_empty())
            .map(|(name, _)| name)
            .collect()
    }
}

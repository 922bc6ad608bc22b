//! The settings of this service; `config.default.toml` says what each is for.

use std::time::Duration;

use latchkey_common::auth::jwt::IssuerSettings;
use latchkey_common::clock::Millis;
use latchkey_common::config::{Misfit, Table};
use serde::Deserialize;

/// The table `[invitations]`, without `database_url`: whoever opens the database reads that.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who may invite people to register.
    pub who_may_invite: WhoMayInvite,
    /// For how many people, under `quota`.
    pub registration_quota: i64,
    /// Seconds; 0 is no end.
    pub registration_life_s: u64,
    /// Seconds; 0 is no end.
    pub channel_life_s: u64,
    /// Seconds.
    pub first_link_life_s: u64,
    /// Milliseconds.
    pub act_deadline_ms: u64,
    /// Milliseconds.
    pub settle_period_ms: u64,
    /// Rows.
    pub job_batch: i64,
    /// Entries.
    pub max_remove: usize,
    /// Rows.
    pub max_ledger_lines: i64,
    /// A site's own issuer of the group contract's tokens.
    pub group_issuer: IssuerSettings,
    /// Seconds.
    pub choir_life_s: u64,
    /// Usernames.
    pub choir_whitelist: Vec<String>,
    /// Keys.
    pub choir_keys_per_person: i64,
}

/// Who may invite people to register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhoMayInvite {
    /// Everybody with an account.
    Everyone,
    /// Super users alone.
    SuperUsers,
    /// Everybody, for a number of people.
    Quota,
}

impl Table for Settings {
    const NAME: &'static str = "invitations";

    /// With a zero here nobody could be let in, or nothing would ever be settled.
    fn check(&self) -> Result<(), Misfit> {
        Misfit::of_zeros(&[
            ("act_deadline_ms", self.act_deadline_ms > 0),
            ("settle_period_ms", self.settle_period_ms > 0),
            ("first_link_life_s", self.first_link_life_s > 0),
            ("job_batch", self.job_batch > 0),
            ("max_remove", self.max_remove > 0),
            ("max_ledger_lines", self.max_ledger_lines > 0),
            ("choir_life_s", self.choir_life_s > 0),
            ("choir_keys_per_person", self.choir_keys_per_person > 0),
        ])?;
        if self.registration_quota < 0 {
            return Err(Misfit::new("registration_quota", "must be 0 or more"));
        }
        let issuer = self.group_issuer.check();
        issuer.map_err(|misfit| misfit.within("group_issuer"))
    }
}

impl Settings {
    /// The deadline of an act in another service.
    pub const fn act_deadline(&self) -> Duration {
        Duration::from_millis(self.act_deadline_ms)
    }

    /// How long a choir invitation is good.
    pub const fn choir_life(&self) -> Duration {
        Duration::from_secs(self.choir_life_s)
    }

    /// The longest pause between two looks for uses to settle.
    pub const fn settle_period(&self) -> Duration {
        Duration::from_millis(self.settle_period_ms)
    }
}

/// When something that begins `now` and lives for `seconds` ends; 0 is never.
pub(crate) fn end_of_life(now: Millis, seconds: u64) -> Option<Millis> {
    (seconds > 0).then(|| now.plus(Duration::from_secs(seconds)))
}

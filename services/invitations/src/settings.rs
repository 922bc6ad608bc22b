//! The settings of this service; `config.default.toml` says what each is for.

use std::time::Duration;

use latchkey_common::auth::jwt::IssuerSettings;
use latchkey_common::clock::Millis;
use latchkey_common::config::{Misfit, Table};
use latchkey_common::server::Origin;
use latchkey_contracts::pages::REGISTER;
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
    /// Where registration links lead: an address, a path below the public URL, or empty.
    pub registration_url: String,
    /// Seconds; 0 is no end.
    pub channel_life_s: u64,
    /// Seconds.
    pub first_link_life_s: u64,
    /// Seconds; 0 is no end.
    pub operator_link_life_s: u64,
    /// Milliseconds.
    pub act_deadline_ms: u64,
    /// Milliseconds.
    pub settle_period_ms: u64,
    /// People.
    pub max_uses: i64,
    /// Secrets, those that were taken back among them.
    pub secrets_per_invitation: i64,
    /// Rows.
    pub job_batch: i64,
    /// Entries.
    pub max_remove: usize,
    /// Rows.
    pub max_ledger_lines: i64,
    /// A site's own issuer of the group contract's tokens.
    pub group_issuer: IssuerSettings,
    /// Seconds.
    pub application_life_s: u64,
    /// Applications.
    pub open_applications: i64,
    /// Seconds.
    pub choir_life_s: u64,
    /// Seconds.
    pub event_life_s: u64,
    /// Usernames.
    pub choir_whitelist: Vec<String>,
    /// Keys.
    pub choir_keys_per_person: i64,
    /// Groups.
    pub groups_per_person: usize,
    /// Namespaces.
    pub namespaces_per_person: i64,
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
            ("max_uses", self.max_uses > 0),
            ("secrets_per_invitation", self.secrets_per_invitation > 0),
            ("job_batch", self.job_batch > 0),
            ("max_remove", self.max_remove > 0),
            ("max_ledger_lines", self.max_ledger_lines > 0),
            ("application_life_s", self.application_life_s > 0),
            ("open_applications", self.open_applications > 0),
            ("choir_life_s", self.choir_life_s > 0),
            ("event_life_s", self.event_life_s > 0),
            ("choir_keys_per_person", self.choir_keys_per_person > 0),
            ("groups_per_person", self.groups_per_person > 0),
            ("namespaces_per_person", self.namespaces_per_person > 0),
        ])?;
        if self.registration_quota < 0 {
            return Err(Misfit::new("registration_quota", "must be 0 or more"));
        }
        if !self.registration_url.is_empty() && !is_page(&self.registration_url) {
            return Err(Misfit::new(
                "registration_url",
                "must be an address without a query, such as https://app.example/login, or a path \
                 such as /login",
            ));
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

    /// How long it is told what happened.
    pub const fn event_life(&self) -> Duration {
        Duration::from_secs(self.event_life_s)
    }

    /// The page to which a registration link leads, on a server that is reached at `public_url`.
    pub(crate) fn registration_page(&self, public_url: &str) -> String {
        match self.registration_url.as_str() {
            "" => format!("{public_url}{REGISTER}"),
            path if path.starts_with('/') => format!("{public_url}{path}"),
            address => address.to_owned(),
        }
    }

    /// The longest pause between two looks for uses to settle.
    pub const fn settle_period(&self) -> Duration {
        Duration::from_millis(self.settle_period_ms)
    }
}

/// Whether a query can be added to it and the whole be opened: what is printed is copied and clicked.
fn is_page(text: &str) -> bool {
    let after_scheme = text.find("://").map_or(0, |at| at + 3);
    let path = text.get(after_scheme..).and_then(|rest| rest.find('/'));
    let (origin, path) = text.split_at(path.map_or(text.len(), |at| after_scheme + at));
    let is_plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'<' | b'>');
    path.bytes().all(is_plain)
        && !path.starts_with("//")
        && (origin.is_empty() || Origin::parse(origin).is_some())
}

/// When something that begins `now` and lives for `seconds` ends; 0 is never.
pub(crate) fn end_of_life(now: Millis, seconds: u64) -> Option<Millis> {
    (seconds > 0).then(|| now.plus(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn a_query_can_be_added_to_a_page() {
        for page in [
            "/login",
            "/",
            "https://app.example",
            "https://app.example/",
            "http://127.0.0.1:3000/a/login",
        ] {
            assert!(is_page(page), "{page}");
        }
        for none in [
            "login",
            "//app.example/login",
            "/login?t=",
            "/#/login",
            "/log in",
            "/login\u{1b}[2J",
            "https://app.example/\nlogin",
            "https://",
            "ftp://app.example/login",
            "javascript://app.example/login",
            "https://user:password@app.example/login",
            "app.example/login",
        ] {
            assert!(!is_page(none), "{none}");
        }
    }
}

//! Limits by rate: how often one address or one user may do what is costly or worth guessing.
//! They count in this process; failed logins of an account are counted in its database instead.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::auth::UserId;
use crate::config::{ConfigError, Settings};
use crate::fault::Fault;
use crate::jobs::Job;

/// How often keys that are full again are forgotten: what bounds the memory of the limits.
const FORGET: Duration = Duration::from_mins(1);

/// An attacker with many addresses must not fill the memory between two rounds of forgetting.
const MOST_KEYS: usize = 200_000;

/// What the settings ask for.
#[derive(Debug, Clone)]
pub struct LimitSettings {
    /// False turns every limit by rate or count of failures off.
    pub are_on: bool,
    /// By the names of their tables.
    pub rates: BTreeMap<String, Rate>,
}

/// At most `count` at once, filling up again evenly over `period`.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// Over how long.
    pub period: Duration,
}

impl LimitSettings {
    pub(crate) fn of(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            are_on: settings.parsed("rate_limits", |text| match text {
                "on" => Ok(true),
                "off" => Ok(false),
                _ => Err("must be on or off".to_owned()),
            })?,
            rates: settings
                .tables("limits")
                .map(|name| {
                    Ok((
                        name.to_owned(),
                        Rate::of(settings, &format!("limits.{name}"))?,
                    ))
                })
                .collect::<Result<_, ConfigError>>()?,
        })
    }
}

impl Rate {
    /// Reads `<key>.count` and `<key>.period_seconds`.
    fn of(settings: &Settings, key: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            count: settings.get(&format!("{key}.count"))?,
            period: settings.seconds(&format!("{key}.period_seconds"))?,
        })
    }
}

/// Every limit by rate. Copies share their counts.
#[derive(Clone)]
pub struct Limits(Option<Arc<HashMap<String, Keyed>>>);

/// By what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// One client: an IPv4 address, or the /64 that an IPv6 user is given whole.
    Client(IpAddr),
    /// One account.
    User(UserId),
}

impl From<IpAddr> for Counted {
    fn from(address: IpAddr) -> Self {
        Self::Client(client_network(address))
    }
}

/// What counts as one client: an IPv4 address, or the first one of an IPv6 /64.
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

impl From<UserId> for Counted {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl Limits {
    /// The limits that the settings ask for; none at all when they are switched off.
    pub fn new(settings: &LimitSettings) -> Self {
        let keyed = |(name, rate): (&String, &Rate)| (name.clone(), Keyed::new(name, *rate));
        let all = || Arc::new(settings.rates.iter().map(keyed).collect());
        Self(settings.are_on.then(all))
    }

    /// False when every limit is switched off, quotas included.
    pub const fn are_on(&self) -> bool {
        self.0.is_some()
    }

    /// Counts one more for the limit of this name, which is that of its table: `limits.<name>`.
    ///
    /// # Errors
    /// `Busy` when there were too many; `Internal` where the settings have no such table.
    pub fn check(&self, name: &str, by: impl Into<Counted>) -> Result<(), Fault> {
        let Some(limits) = &self.0 else {
            return Ok(());
        };
        let limit = limits.get(name);
        limit
            .ok_or_else(|| Fault::internal(format!("the settings have no limits.{name}")))?
            .check(&by.into())
    }

    /// Forgets keys that are full again. [`crate::server`] runs it.
    pub fn forget_job(&self) -> Job {
        let limits = self.clone();
        Job::every("rate-limit-forget", FORGET, move || {
            for limit in limits.0.iter().flat_map(|limits| limits.values()) {
                limit.forget();
            }
            std::future::ready(Ok(()))
        })
    }
}

struct Keyed {
    label: String,
    period: Duration,
    limiter: DefaultKeyedRateLimiter<Counted>,
    clock: DefaultClock,
}

impl Keyed {
    fn new(name: &str, rate: Rate) -> Self {
        // A rate so fast that one of it takes no time is no limit; it becomes the fastest one.
        let each = (rate.period / rate.count.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each)
            .unwrap_or_else(|| Quota::per_second(rate.count))
            .allow_burst(rate.count);
        Self {
            label: name.replace('_', "-"),
            period: rate.period,
            limiter: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    fn check(&self, key: &Counted) -> Result<(), Fault> {
        if self.limiter.len() >= MOST_KEYS {
            self.limiter.retain_recent();
            if self.limiter.len() >= MOST_KEYS {
                return Err(self.refuse(self.period));
            }
        }
        self.limiter
            .check_key(key)
            .map_err(|not_yet| self.refuse(not_yet.wait_time_from(self.clock.now())))
    }

    fn refuse(&self, retry_after: Duration) -> Fault {
        metrics::counter!("latchkey_rate_limited_total", "limit" => self.label.clone())
            .increment(1);
        Fault::Busy { retry_after }
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(switch: &str) -> Limits {
        let env = [
            ("LATCHKEY_LIMITS__LOGIN__COUNT", "2"),
            ("LATCHKEY_RATE_LIMITS", switch),
        ];
        let env = env.map(|(name, value)| (name.into(), value.into()));
        let settings = Settings::load(&[], None, env).unwrap();
        Limits::new(&LimitSettings::of(&settings).unwrap())
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_address_has_its_own_count() {
        let limits = limits("on");
        let one = address("192.0.2.1");
        assert!(limits.check("login", one).is_ok() && limits.check("login", one).is_ok());
        let Err(Fault::Busy { retry_after }) = limits.check("login", one) else {
            panic!("a third login passed");
        };
        assert!(retry_after > Duration::from_mins(1) && retry_after <= Duration::from_secs(150));
        assert!(limits.check("login", address("192.0.2.2")).is_ok());
        assert!(
            limits.check("sign_up", one).is_ok() && limits.check("invitation", UserId(1)).is_ok()
        );
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let limits = limits("on");
        assert!(limits.check("login", address("2001:db8::1")).is_ok());
        assert!(limits.check("login", address("2001:db8::2")).is_ok());
        assert!(limits.check("login", address("2001:db8::3")).is_err());
        assert!(limits.check("login", address("2001:db8:0:1::3")).is_ok());
    }

    #[test]
    fn a_limit_needs_its_settings() {
        let refused = limits("on").check("no_such", UserId(1));
        assert!(matches!(refused, Err(Fault::Internal(_))));
    }

    #[test]
    fn off_means_off() {
        let limits = limits("off");
        for _ in 0..1_000 {
            assert!(limits.check("login", address("192.0.2.1")).is_ok());
        }
    }
}

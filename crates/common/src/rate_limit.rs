//! Limits by rate: how often one address or one user may do what is costly or worth guessing.
//! They count in this process; failed logins of an account are counted in its database instead.

use std::hash::Hash;
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
#[derive(Debug, Clone, Copy)]
pub struct LimitSettings {
    /// False turns every limit by rate or count of failures off.
    pub are_on: bool,
    /// Sign-ups of one address.
    pub sign_up: Rate,
    /// Logins of one address.
    pub login: Rate,
    /// Invitations made by one user.
    pub invitation: Rate,
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
            sign_up: Rate::of(settings, "limits.sign_up")?,
            login: Rate::of(settings, "limits.login")?,
            invitation: Rate::of(settings, "limits.invitation")?,
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
pub struct Limits(Option<Arc<Kept>>);

struct Kept {
    sign_up: Keyed<IpAddr>,
    login: Keyed<IpAddr>,
    invitation: Keyed<UserId>,
}

impl Limits {
    /// The limits that the settings ask for; none at all when they are switched off.
    pub fn new(settings: &LimitSettings) -> Self {
        Self(settings.are_on.then(|| {
            Arc::new(Kept {
                sign_up: Keyed::new("sign-up", settings.sign_up),
                login: Keyed::new("login", settings.login),
                invitation: Keyed::new("invitation", settings.invitation),
            })
        }))
    }

    /// False when every limit is switched off, quotas included.
    pub const fn are_on(&self) -> bool {
        self.0.is_some()
    }

    /// Counts a sign-up of an address.
    ///
    /// # Errors
    /// `Busy` when it had too many.
    pub fn sign_up(&self, address: IpAddr) -> Result<(), Fault> {
        self.check(|kept| kept.sign_up.check(&bucket(address)))
    }

    /// Counts a login of an address, successful or not.
    ///
    /// # Errors
    /// `Busy` when it had too many.
    pub fn login(&self, address: IpAddr) -> Result<(), Fault> {
        self.check(|kept| kept.login.check(&bucket(address)))
    }

    /// Counts an invitation that a user makes, of any kind.
    ///
    /// # Errors
    /// `Busy` when they made too many.
    pub fn invitation(&self, user: UserId) -> Result<(), Fault> {
        self.check(|kept| kept.invitation.check(&user))
    }

    fn check(&self, check: impl FnOnce(&Kept) -> Result<(), Fault>) -> Result<(), Fault> {
        self.0.as_deref().map_or(Ok(()), check)
    }

    /// Forgets keys that are full again. [`crate::server`] runs it.
    pub fn forget_job(&self) -> Job {
        let limits = self.clone();
        Job::every("rate-limit-forget", FORGET, move || {
            if let Some(kept) = &limits.0 {
                kept.sign_up.forget();
                kept.login.forget();
                kept.invitation.forget();
            }
            std::future::ready(Ok(()))
        })
    }
}

/// What counts as one client: an IPv4 address, or the /64 that an IPv6 user is given whole.
fn bucket(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

struct Keyed<K: Hash + Eq + Clone> {
    name: &'static str,
    period: Duration,
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(name: &'static str, rate: Rate) -> Self {
        // A rate so fast that one of it takes no time is no limit; it becomes the fastest one.
        let each = (rate.period / rate.count.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each)
            .unwrap_or_else(|| Quota::per_second(rate.count))
            .allow_burst(rate.count);
        Self {
            name,
            period: rate.period,
            limiter: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    fn check(&self, key: &K) -> Result<(), Fault> {
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
        metrics::counter!("latchkey_rate_limited_total", "limit" => self.name).increment(1);
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
        assert!(limits.login(one).is_ok() && limits.login(one).is_ok());
        let Err(Fault::Busy { retry_after }) = limits.login(one) else {
            panic!("a third login passed");
        };
        assert!(retry_after > Duration::from_mins(1) && retry_after <= Duration::from_secs(150));
        assert!(limits.login(address("192.0.2.2")).is_ok());
        assert!(limits.sign_up(one).is_ok() && limits.invitation(UserId(1)).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let limits = limits("on");
        assert!(limits.login(address("2001:db8::1")).is_ok());
        assert!(limits.login(address("2001:db8::2")).is_ok());
        assert!(limits.login(address("2001:db8::3")).is_err());
        assert!(limits.login(address("2001:db8:0:1::3")).is_ok());
    }

    #[test]
    fn off_means_off() {
        let limits = limits("off");
        for _ in 0..1_000 {
            assert!(limits.login(address("192.0.2.1")).is_ok());
        }
    }
}

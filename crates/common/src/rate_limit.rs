//! Limits by rate: how often one address or one user may do what is costly or worth guessing.
//! They count in this process; failed logins of an account are counted in its database instead.

mod buckets;
pub mod prefix;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use self::buckets::Buckets;
use self::prefix::Prefix;
use crate::auth::UserId;
use crate::config::{ConfigError, Settings};
use crate::fault::Fault;
use crate::jobs::Job;

/// How often keys that are full again are forgotten: what bounds the memory of the limits.
const FORGET: Duration = Duration::from_mins(1);

/// What the settings ask for.
#[derive(Debug, Clone)]
pub struct LimitSettings {
    /// False turns every limit by rate or count of failures off.
    pub are_on: bool,
    /// Clients, users and networks that each limit counts by themselves, of each kind.
    pub most: NonZeroUsize,
    /// How many times as much a network of the next size may do.
    pub widening: NonZeroU32,
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
            most: settings.get("rate_limit_clients")?,
            widening: settings.get("rate_limit_widening")?,
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
    Prefix::client(address).base()
}

impl From<UserId> for Counted {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl Limits {
    /// The limits that the settings ask for; none at all when they are switched off.
    pub fn new(settings: &LimitSettings) -> Self {
        let keyed = |(name, rate): (&String, &Rate)| {
            let buckets = Buckets::new(
                rate.count.get(),
                rate.period,
                settings.widening.get(),
                settings.most.get(),
            );
            (name.clone(), Keyed::new(name, *rate, buckets))
        };
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
            .check(by.into())
    }

    /// How it stands with the limit of this name, without counting; `None` where it is switched off or there is none.
    pub fn standing(&self, name: &str, by: impl Into<Counted>) -> Option<Standing> {
        let limit = self.0.as_ref()?.get(name)?;
        let (left, more_in) = limit.buckets.lock().left(by.into(), Instant::now());
        Some(Standing {
            name: limit.label.clone(),
            rate: limit.rate,
            left,
            more_in,
        })
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

/// How it stands with a limit for whoever is counted.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The limit's name, as people are told it.
    pub name: String,
    /// What it allows.
    pub rate: Rate,
    /// How many more it allows now.
    pub left: u32,
    /// After how long it allows one more; `None`: it allows all of them.
    pub more_in: Option<Duration>,
}

struct Keyed {
    label: String,
    rate: Rate,
    buckets: Mutex<Buckets>,
}

impl Keyed {
    fn new(name: &str, rate: Rate, buckets: Buckets) -> Self {
        Self {
            label: name.replace('_', "-"),
            rate,
            buckets: Mutex::new(buckets),
        }
    }

    fn check(&self, counted: Counted) -> Result<(), Fault> {
        let counts = self.buckets.lock().count(counted, Instant::now());
        counts.map_err(|retry_after| {
            metrics::counter!("latchkey_rate_limited_total", "limit" => self.label.clone())
                .increment(1);
            Fault::Busy { retry_after }
        })
    }

    fn forget(&self) {
        self.buckets.lock().forget(Instant::now());
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
    fn what_is_left_is_told_and_costs_nothing() {
        let limits = limits("on");
        let one = address("192.0.2.1");
        for left in [2, 1, 0, 0] {
            for _ in 0..3 {
                let standing = limits.standing("login", one).unwrap();
                assert_eq!((standing.name.as_str(), standing.left), ("login", left));
                assert_eq!(standing.rate.count.get(), 2);
                // One of two in five minutes, however many were used.
                let more = standing.more_in.map(|more| more.as_secs().div_ceil(30));
                assert_eq!(more == Some(5), left < 2, "{more:?}");
            }
            let checked = limits.check("login", one);
            assert_eq!(checked.is_ok(), left > 0);
            if let Err(Fault::Busy { retry_after }) = checked {
                // Whoever shall come again is not told that there is more only later.
                let standing = limits.standing("login", one).unwrap();
                assert!(standing.more_in.unwrap() <= retry_after);
            }
        }
        let other = limits.standing("login", address("198.51.100.1")).unwrap();
        assert_eq!(other.left, 2);
        assert!(limits.standing("no_such", one).is_none());
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let limits = limits("on");
        assert!(limits.check("login", address("2001:db8::1")).is_ok());
        assert!(limits.check("login", address("2001:db8::2")).is_ok());
        assert!(limits.check("login", address("2001:db8::3")).is_err());
        assert!(limits.check("login", address("2001:db8:0:1::3")).is_ok());
    }

    fn refused(limits: &Limits, addresses: impl Iterator<Item = String>) -> usize {
        let checks = addresses.map(|one| limits.check("login", address(&one)));
        checks.filter(Result::is_err).count()
    }

    /// Two of one client, eight of a household, 32 of a site.
    #[test]
    fn a_large_network_is_a_few_clients() {
        let limits = limits("on");
        let household = (0..20).map(|nth| format!("2001:db8:1:{nth:x}::1"));
        assert_eq!(refused(&limits, household), 12);
        let site = (1..200).map(|nth| format!("2001:db8:1:{nth:x}00::1"));
        assert_eq!(refused(&limits, site), 199 - 24);
        let ipv4 = (0..100).map(|nth| format!("198.51.100.{nth}"));
        assert_eq!(refused(&limits, ipv4), 100 - 32);
        for other in ["2001:db8:2::1", "198.51.101.1"] {
            assert!(limits.check("login", address(other)).is_ok(), "{other}");
        }
    }

    /// Nobody else is refused, and the memory is bounded, however many there are.
    #[test]
    fn many_addresses_shut_nobody_out() {
        let limits = limits("on");
        let many = (0..200_u32 * 1024).map(|nth| {
            let [high, mid, low, ..] = nth.to_le_bytes();
            format!("10.{low}.{mid}.{high}")
        });
        assert!(refused(&limits, many) > 150_000);
        let sites = (0..100_000).map(|nth| format!("2001:{:x}:{:x}::1", nth % 7, nth / 7));
        assert!(refused(&limits, sites) < 100_000);
        for other in ["192.0.2.1", "192.0.2.2", "2a00:1::1", "2a00:2:3:4::1"] {
            assert!(limits.check("login", address(other)).is_ok(), "{other}");
        }
        assert!(limits.check("login", UserId(1)).is_ok());
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

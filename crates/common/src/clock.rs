//! The time. Everything that decides by time asks a [`Clock`], so that tests own it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far the clocks of two machines may be apart. A stored time that lies further ahead is of a clock that has
/// been put back since, and whoever compares it with now bounds it.
pub const SKEW: Duration = Duration::from_secs(30);

/// A point in time: whole milliseconds since 1970, UTC. Contracts format it at the edge.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = BigInt)]
pub struct Millis(pub i64);

crate::bigint_column!(Millis);

impl Millis {
    /// Whole seconds since 1970, as the chat contract shows times.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// RFC 3339, in UTC, with all three digits of the milliseconds, so that texts sort as times do; beyond
    /// the calendar the bare number.
    pub fn rfc3339(self) -> String {
        Timestamp::from_millisecond(self.0)
            .map_or_else(|_| self.0.to_string(), |time| format!("{time:.3}"))
    }

    /// The point `span` later; far beyond the calendar it stays at the end of time.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// The time from `earlier` until this point; none when that lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let span = self.0.saturating_sub(earlier.0);
        Duration::from_millis(u64::try_from(span).unwrap_or(0))
    }

    /// True when it lies further ahead of `now` than [`SKEW`] explains.
    pub fn is_of_the_future(self, now: Self) -> bool {
        self > now.plus(SKEW)
    }

    /// The point `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }
}

/// A span in whole milliseconds, cut off at what a column holds.
pub fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// The process clock, and by how much a test has moved it. Copies share the shift.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift: Arc<AtomicI64>,
}

impl Clock {
    /// Now, shift included.
    pub fn now(&self) -> Millis {
        Millis(system_millis().saturating_add(self.shift()))
    }

    /// By how many milliseconds this clock is moved; guards in SQL add it too.
    pub fn shift(&self) -> i64 {
        self.shift.load(Ordering::Relaxed)
    }

    /// Moves the clock forward. For tests of lives and expiries.
    pub fn advance(&self, span: Duration) {
        self.shift.fetch_add(millis(span), Ordering::Relaxed);
    }

    /// Moves the clock back. For tests of times that were written before.
    pub fn put_back(&self, span: Duration) {
        self.shift.fetch_sub(millis(span), Ordering::Relaxed);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the system's clock"
)]
fn system_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_the_shift() {
        let clock = Clock::default();
        let copy = clock.clone();
        let before = copy.now();
        clock.advance(Duration::from_hours(1));
        assert!(copy.now() >= before.plus(Duration::from_hours(1)));
    }

    #[test]
    fn what_lies_ahead_is_not_ago() {
        assert_eq!(Millis(7).since(Millis(4)), Duration::from_millis(3));
        assert_eq!(Millis(4).since(Millis(7)), Duration::ZERO);
    }

    #[test]
    fn the_future_begins_where_clocks_are_no_longer_apart() {
        let now = Millis(1_000);
        assert!(!now.plus(SKEW).is_of_the_future(now));
        assert!(Millis(1_001).plus(SKEW).is_of_the_future(now));
    }

    #[test]
    fn milliseconds_are_always_shown() {
        for (time, shown) in [
            (1_761_401_369_170, "2025-10-25T14:09:29.170Z"),
            (1_761_401_369_100, "2025-10-25T14:09:29.100Z"),
            (1_761_401_369_000, "2025-10-25T14:09:29.000Z"),
            (1_761_401_369_007, "2025-10-25T14:09:29.007Z"),
            (i64::MAX, "9223372036854775807"),
        ] {
            assert_eq!(Millis(time).rfc3339(), shown);
        }
    }

    #[test]
    fn seconds_round_down() {
        assert_eq!(Millis(1_999).seconds(), 1);
        assert_eq!(Millis(-1).seconds(), -1);
    }
}

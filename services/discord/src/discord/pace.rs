//! When Discord may be asked again. It tells with its answers: a route belongs to a bucket whose name
//! it gives, and a bucket, or everything, is closed for a while. Kept in this process: another
//! replica learns by a refusal of its own.
//!
//! A time that no call can wait for is remembered for half a call alone. Otherwise one answer, which
//! may have been meant for something that has long passed, would turn everybody away for up to a day
//! unseen by Discord; so the next caller asks, and is told anew.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// Names of buckets are short; a longer one is not kept.
const LONGEST_BUCKET: usize = 128;

/// What is limited apart from each other. There is one channel, so its id is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Route {
    CreateInvite,
    DeleteInvite,
}

impl Route {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::CreateInvite => "create-invite",
            Self::DeleteInvite => "delete-invite",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an answer says about our rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Limits {
    /// The bucket of the route.
    pub(super) bucket: Option<String>,
    /// For how long it is closed.
    pub(super) wait: Option<Duration>,
    /// True when everything is.
    pub(super) is_global: bool,
}

/// What Discord has said so far.
pub(super) struct Pace {
    known: Mutex<Known>,
    /// How long a call may take, waiting included.
    patience: Duration,
}

#[derive(Default)]
struct Known {
    everything: Option<Instant>,
    buckets: HashMap<Route, String>,
    /// By the name of a bucket, or of a route whose bucket is not known.
    closed: HashMap<String, Instant>,
}

impl Pace {
    /// Nothing is known; a call takes at most `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            known: Mutex::default(),
            patience,
        }
    }

    /// When the route's turn is, if it is not now.
    pub(super) fn turn(&self, route: Route, now: Instant) -> Option<Instant> {
        let known = self.known.lock();
        let closed = known.closed.get(&known.bucket(route)).copied();
        closed.max(known.everything).filter(|turn| *turn > now)
    }

    /// Takes note of what an answer to `route` says.
    pub(super) fn heed(&self, route: Route, limits: &Limits, now: Instant) {
        let mut known = self.known.lock();
        known.closed.retain(|_, turn| *turn > now);
        let named = limits.bucket.as_ref();
        if let Some(bucket) = named.filter(|name| name.len() <= LONGEST_BUCKET) {
            known.buckets.insert(route, bucket.clone());
        }
        let Some(wait) = limits.wait else {
            return;
        };
        let turn = if wait < self.patience {
            now + wait
        } else {
            now + self.patience / 2
        };
        if limits.is_global {
            known.everything = known.everything.max(Some(turn));
        } else {
            let bucket = known.bucket(route);
            let closed = known.closed.entry(bucket).or_insert(turn);
            *closed = turn.max(*closed);
        }
    }
}

impl Known {
    fn bucket(&self, route: Route) -> String {
        let named = self.buckets.get(&route);
        named.cloned().unwrap_or_else(|| route.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn pace() -> (Pace, Instant) {
        (Pace::new(SECOND * 10), Instant::now())
    }

    fn closes(bucket: Option<&str>, is_global: bool) -> Limits {
        Limits {
            bucket: bucket.map(str::to_owned),
            wait: Some(SECOND),
            is_global,
        }
    }

    #[test]
    fn a_closed_bucket_closes_its_routes_alone() {
        let (pace, now) = pace();
        pace.heed(Route::CreateInvite, &closes(Some("a"), false), now);
        assert_eq!(pace.turn(Route::CreateInvite, now), Some(now + SECOND));
        assert_eq!(pace.turn(Route::DeleteInvite, now), None);
        assert_eq!(pace.turn(Route::CreateInvite, now + SECOND), None);
        // The other route turns out to share the bucket.
        let shares = Limits {
            wait: None,
            ..closes(Some("a"), false)
        };
        pace.heed(Route::DeleteInvite, &shares, now);
        assert_eq!(pace.turn(Route::DeleteInvite, now), Some(now + SECOND));
    }

    #[test]
    fn a_global_limit_closes_everything() {
        let (pace, now) = pace();
        pace.heed(Route::CreateInvite, &closes(None, true), now);
        assert_eq!(pace.turn(Route::DeleteInvite, now), Some(now + SECOND));
    }

    #[test]
    fn what_nobody_can_wait_for_closes_for_half_a_call() {
        for (wait, closed) in [(9, 9), (10, 5), (86_400, 5)] {
            let (pace, now) = pace();
            let limits = Limits {
                wait: Some(SECOND * wait),
                ..closes(None, false)
            };
            pace.heed(Route::CreateInvite, &limits, now);
            let turn = pace.turn(Route::CreateInvite, now);
            assert_eq!(turn, Some(now + SECOND * closed), "{wait}");
        }
    }

    #[test]
    fn a_shorter_wait_does_not_open_what_is_closed_for_longer() {
        let (pace, now) = pace();
        pace.heed(Route::CreateInvite, &closes(None, false), now);
        let shorter = Limits {
            wait: Some(SECOND / 2),
            ..closes(None, false)
        };
        pace.heed(Route::CreateInvite, &shorter, now);
        assert_eq!(pace.turn(Route::CreateInvite, now), Some(now + SECOND));
    }
}

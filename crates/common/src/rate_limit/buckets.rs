//! How often what was counted in one limit, in a bounded memory.
//!
//! A client counts to itself and to the networks around it, which may do more: whoever has a large network
//! has no more than a few clients' counts by it. There is room for so many of each size. Who finds none
//! counts to the sizes in which there is room, and where there is none to that of the provider, and at last
//! to that of everybody who found no room: so that many addresses make counting coarser, and shut nobody
//! out who has nothing to do with them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::Counted;
use super::prefix::Prefix;

/// A full shelf is looked through for what can be forgotten no more often than this: it takes time that all
/// who are counted wait for.
const SWEEP: Duration = Duration::from_secs(1);

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Bucket {
    One(Counted),
    Network(Prefix),
    Rest,
}

/// Buckets of one size share a room.
type Size = (u8, (bool, u32));

impl Bucket {
    const fn size(&self) -> Size {
        match self {
            Self::One(Counted::Client(address)) => (0, (address.is_ipv6(), 0)),
            Self::One(Counted::User(_)) => (1, (false, 0)),
            Self::Network(prefix) => (2, prefix.size()),
            Self::Rest => (3, (false, 0)),
        }
    }
}

/// The counts of one limit.
pub(super) struct Buckets {
    /// One more each takes this long to fill up again.
    each: Duration,
    count: u32,
    widening: u32,
    most: usize,
    shelves: HashMap<Size, Shelf>,
}

#[derive(Default)]
struct Shelf {
    /// When the bucket is as if nothing had been counted.
    full_at: HashMap<Bucket, Instant>,
    swept: Option<Instant>,
}

impl Shelf {
    fn has_room_for(&mut self, bucket: &Bucket, most: usize, now: Instant) -> bool {
        if self.full_at.len() < most || self.full_at.contains_key(bucket) {
            return true;
        }
        let is_due = |swept: Instant| now.duration_since(swept) >= SWEEP;
        if self.swept.is_none_or(is_due) {
            self.swept = Some(now);
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        self.full_at.len() < most
    }
}

impl Buckets {
    /// `count` over `period` for each; a network of the next size `widening` times as many; and room for
    /// `most` of each size.
    pub(super) fn new(count: u32, period: Duration, widening: u32, most: usize) -> Self {
        Self {
            // A rate so fast that one of it takes no time is no limit; it becomes the fastest one.
            each: (period / count.max(1)).max(Duration::from_nanos(1)),
            count,
            widening,
            most,
            shelves: HashMap::new(),
        }
    }

    /// Counts one more, or answers how long to wait until that is possible.
    pub(super) fn count(&mut self, counted: Counted, now: Instant) -> Result<(), Duration> {
        let buckets = self.with_room(counted, now);
        let waits = buckets
            .iter()
            .map(|(bucket, power)| self.wait(bucket, *power, now));
        let wait = waits.max().unwrap_or_default();
        if !wait.is_zero() {
            return Err(wait);
        }
        for (bucket, power) in buckets {
            let each = self.each / self.wider(power);
            let kept = self.shelves.entry(bucket.size()).or_default();
            let full_at = kept.full_at.entry(bucket).or_insert(now);
            *full_at = (*full_at).max(now) + each;
        }
        Ok(())
    }

    /// How many more may be counted now, and after how long it is one more; `None`: it is all of them.
    pub(super) fn left(&mut self, counted: Counted, now: Instant) -> (u32, Option<Duration>) {
        let buckets = self.with_room(counted, now);
        let used = |bucket: &Bucket| {
            let kept = self.shelves.get(&bucket.size());
            let full_at = kept.and_then(|kept| kept.full_at.get(bucket));
            full_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now))
        };
        let left = |(bucket, power): &(Bucket, u32)| {
            let room = self
                .each
                .saturating_mul(self.count)
                .saturating_sub(used(bucket));
            let each = (self.each / self.wider(*power)).as_nanos().max(1);
            u32::try_from(room.as_nanos() / each).unwrap_or(u32::MAX)
        };
        let least = buckets.iter().map(left).min().unwrap_or(self.count);
        if least >= self.count {
            return (self.count, None);
        }
        let whole = self.each.saturating_mul(self.count);
        let more = |(bucket, power): &(Bucket, u32)| {
            let each = self.each / self.wider(*power);
            let needed = used(bucket) + each.saturating_mul(least.saturating_add(1));
            needed.saturating_sub(whole)
        };
        (least, buckets.iter().map(more).max())
    }

    /// What one more counts to, each with the power of how many times as much it may do.
    fn with_room(&mut self, counted: Counted, now: Instant) -> Vec<(Bucket, u32)> {
        let address = match counted {
            Counted::Client(address) => Some(address),
            Counted::User(_) => None,
        };
        let around = address.into_iter().flat_map(|address| {
            let household = Prefix::household(address);
            let is_wider = household != Prefix::client(address);
            let household = is_wider.then_some((Bucket::Network(household), 1));
            let site = (Bucket::Network(Prefix::site(address)), 2);
            household.into_iter().chain([site])
        });
        let first: Vec<_> = [(Bucket::One(counted), 0)]
            .into_iter()
            .chain(around)
            .collect();
        let provider = address.map(|address| (Bucket::Network(Prefix::provider(address)), 4));
        for mut choice in [first, Vec::from_iter(provider)] {
            choice.retain(|(bucket, _)| {
                let kept = self.shelves.entry(bucket.size()).or_default();
                kept.has_room_for(bucket, self.most, now)
            });
            if !choice.is_empty() {
                return choice;
            }
        }
        vec![(Bucket::Rest, 6)]
    }

    fn wider(&self, power: u32) -> u32 {
        self.widening.saturating_pow(power).max(1)
    }

    fn wait(&self, bucket: &Bucket, power: u32, now: Instant) -> Duration {
        let kept = self.shelves.get(&bucket.size());
        let Some(full_at) = kept.and_then(|kept| kept.full_at.get(bucket)) else {
            return Duration::ZERO;
        };
        let used = full_at.saturating_duration_since(now) + self.each / self.wider(power);
        used.saturating_sub(self.each.saturating_mul(self.count))
    }

    /// Forgets buckets that are full again.
    pub(super) fn forget(&mut self, now: Instant) {
        for kept in self.shelves.values_mut() {
            kept.full_at.retain(|_, full_at| *full_at > now);
            kept.full_at.shrink_to_fit();
        }
        self.shelves.retain(|_, kept| !kept.full_at.is_empty());
    }
}

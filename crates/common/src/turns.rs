//! Turns at something scarce, such as a core, shared out fairly among those who wait. Rates say how often
//! somebody may ask; here is decided who is next.
//!
//! Everybody who waits says to whom the turn counts, from the widest group to the narrowest: a lane, then
//! networks or a person within it. Next is whoever's widest group was served longest ago, among these
//! whoever's second group was, and so on. So one network, however often it asks, takes turns with every
//! other one, and nobody waits behind its crowd.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::auth::UserId;
use crate::fault::Fault;
use crate::rate_limit::prefix::Prefix;

/// When so many groups are remembered, those that were served longest ago are forgotten: they are served
/// as soon as anybody.
const REMEMBERED: usize = 16_384;

/// A single turn moves the average of how long turns take by this part.
const INERTIA: u32 = 8;

/// A group that turns count to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Group {
    /// Everybody in the lane.
    Lane,
    /// Everybody in a network.
    Network(Prefix),
    /// One account.
    User(UserId),
    /// Whatever has this name.
    Named(Arc<str>),
}

/// To whom a turn counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    lane: &'static str,
    groups: Vec<Group>,
}

impl Claim {
    /// In a lane, to these groups in turn, the widest first.
    pub fn of(lane: &'static str, within: impl IntoIterator<Item = Group>) -> Self {
        Self {
            lane,
            groups: [Group::Lane].into_iter().chain(within).collect(),
        }
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        self.groups.iter().map(|group| (self.lane, group.clone()))
    }

    /// True when both are in the same groups down to `depth`.
    fn shares(&self, other: &Self, depth: usize) -> bool {
        self.keys().take(depth).eq(other.keys().take(depth))
    }
}

type Key = (&'static str, Group);

/// A bounded number of turns at once. Copies share them.
#[derive(Clone)]
pub struct Turns(Arc<Shared>);

struct Shared {
    what: &'static str,
    at_once: u32,
    patience: Duration,
    state: Mutex<State>,
}

struct State {
    free: u32,
    waiting: Vec<Waiter>,
    /// The number of the latest turn that counted to a group.
    served: HashMap<Key, u64>,
    given: u64,
    /// How long a turn is held, on average.
    held: Duration,
}

struct Waiter {
    claim: Claim,
    reply: oneshot::Sender<Permit>,
}

/// A turn, until it is dropped.
pub struct Permit {
    turns: Turns,
    since: Instant,
}

impl Turns {
    /// `at_once` turns; whoever waits for one is refused after `patience`, or at once when the wait would
    /// be longer. `what` is scarce, in a word for the log.
    pub fn new(what: &'static str, at_once: usize, patience: Duration) -> Self {
        let at_once = u32::try_from(at_once.max(1)).unwrap_or(u32::MAX);
        Self(Arc::new(Shared {
            what,
            at_once,
            patience,
            state: Mutex::new(State {
                free: at_once,
                waiting: Vec::new(),
                served: HashMap::new(),
                given: 0,
                held: Duration::ZERO,
            }),
        }))
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// `Unavailable` when there would be none in time, or was none.
    pub async fn take(&self, claim: Claim) -> Result<Permit, Fault> {
        let (reply, answer) = oneshot::channel();
        {
            let mut state = self.0.state.lock();
            if state.free > 0 {
                state.free -= 1;
                state.count(&claim);
                return Ok(self.permit());
            }
            state.waiting.retain(|waiter| !waiter.reply.is_closed());
            let wait = state.held.saturating_mul(state.place(&claim)) / self.0.at_once;
            if wait > self.0.patience {
                return Err(Fault::overloaded(self.0.what));
            }
            state.waiting.push(Waiter { claim, reply });
        }
        timeout(self.0.patience, answer)
            .await
            .map_err(|elapsed| Fault::unavailable(self.0.what, elapsed))?
            .map_err(Fault::internal)
    }

    fn permit(&self) -> Permit {
        Permit {
            turns: self.clone(),
            since: Instant::now(),
        }
    }

    /// A turn is free again: hands it on, if anybody waits for it.
    fn hand_on(&self, held: Duration) {
        let next = {
            let mut state = self.0.state.lock();
            state.held = (state.held * (INERTIA - 1) + held) / INERTIA;
            let next = state.next();
            if next.is_none() {
                state.free += 1;
            }
            next
        };
        if let Some(waiter) = next {
            // Comes back by its end when nobody takes it.
            drop(waiter.reply.send(self.permit()));
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.turns.hand_on(self.since.elapsed());
    }
}

impl State {
    /// Takes out whoever is next; of equals, whoever is in fewer groups, and of these whoever came first.
    fn next(&mut self) -> Option<Waiter> {
        self.waiting.retain(|waiter| !waiter.reply.is_closed());
        let served = |key| self.served.get(&key).copied().unwrap_or_default();
        let order = |waiter: &Waiter| waiter.claim.keys().map(served).collect::<Vec<u64>>();
        let (at, _) = self
            .waiting
            .iter()
            .enumerate()
            .min_by_key(|(_, waiter)| order(waiter))?;
        let waiter = self.waiting.remove(at);
        self.count(&waiter.claim);
        Some(waiter)
    }

    fn count(&mut self, claim: &Claim) {
        self.given += 1;
        self.served
            .extend(claim.keys().map(|key| (key, self.given)));
        if self.served.len() > REMEMBERED {
            let half = u64::try_from(REMEMBERED / 2).unwrap_or(u64::MAX);
            let groups = u64::try_from(claim.groups.len()).unwrap_or(u64::MAX);
            let oldest = self.given.saturating_sub(half / groups.max(1));
            self.served.retain(|_, latest| *latest > oldest);
        }
    }

    /// The place in the line that a newcomer would have: from the narrowest group outwards, each group
    /// beside its own goes before it as often as its own does.
    fn place(&self, claim: &Claim) -> u32 {
        let own = |depth| {
            let of_group = self.waiting.iter().map(|waiter| &waiter.claim);
            of_group.filter(move |other| claim.shares(other, depth))
        };
        let mut place = own(claim.groups.len()).count().saturating_add(1);
        for depth in (0..claim.groups.len()).rev() {
            let mut beside: HashMap<Option<Key>, usize> = HashMap::new();
            for other in own(depth).filter(|other| !claim.shares(other, depth + 1)) {
                *beside.entry(other.keys().nth(depth)).or_default() += 1;
            }
            let before: usize = beside.values().map(|count| place.min(*count)).sum();
            place = place.saturating_add(before);
        }
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::{JoinSet, yield_now};

    use super::*;

    const LONG: Duration = Duration::from_secs(10);

    fn claim(text: &str) -> Claim {
        let address = text.parse().unwrap();
        let networks = [Prefix::site(address), Prefix::client(address)];
        Claim::of("strangers", networks.map(Group::Network))
    }

    fn held(turns: &Turns, millis: u64) {
        turns.0.state.lock().held = Duration::from_millis(millis);
    }

    /// In which order these are served that wait in this order.
    async fn order(claims: &[Claim]) -> Vec<usize> {
        let turns = Turns::new("x", 1, LONG);
        let first = turns.take(Claim::of("first", [])).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = JoinSet::new();
        for (nth, claim) in claims.iter().cloned().enumerate() {
            let (turns, order) = (turns.clone(), Arc::clone(&order));
            waiting.spawn(async move {
                let turn = turns.take(claim).await.unwrap();
                order.lock().push(nth);
                drop(turn);
            });
            yield_now().await;
        }
        drop(first);
        drop(waiting.join_all().await);
        Arc::into_inner(order).unwrap().into_inner()
    }

    #[tokio::test]
    async fn networks_take_turns() {
        let crowd = (0..6).map(|nth| claim(&format!("2001:db8:1:{nth}::1")));
        let others = ["2001:db8:2::1", "2001:db8:2::2", "2001:db8:3::1"];
        let all: Vec<_> = crowd.chain(others.map(claim)).collect();
        assert_eq!(order(&all).await, [0, 6, 8, 1, 7, 2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn lanes_take_turns() {
        let crowd = (0..4).map(|nth| claim(&format!("2001:db8:{nth}::1")));
        let invited = Claim::of("invited", [Group::User(UserId(1))]);
        let all: Vec<_> = crowd.chain([invited.clone(), invited]).collect();
        assert_eq!(order(&all).await, [4, 0, 5, 1, 2, 3]);
    }

    #[tokio::test]
    async fn who_would_wait_too_long_is_refused_at_once() {
        let turns = Turns::new("x", 1, LONG);
        let first = turns.take(claim("2001:db8:1::1")).await.unwrap();
        held(&turns, 4_000);
        let mut waiting = JoinSet::new();
        for _ in 0..2 {
            let turns = turns.clone();
            waiting.spawn(async move { turns.take(claim("2001:db8:1::1")).await.map(drop) });
            yield_now().await;
        }
        for neighbour in ["2001:db8:1::1", "2001:db8:1::2"] {
            let refused = turns.take(claim(neighbour)).await;
            assert!(matches!(
                refused,
                Err(Fault::Unavailable { source: None, .. })
            ));
        }
        // Others have room, and nobody leaves it to those who have given up.
        let patient = turns.clone();
        waiting.spawn(async move { patient.take(claim("2001:db8:2::1")).await.map(drop) });
        yield_now().await;
        assert_eq!(turns.0.state.lock().waiting.len(), 3);
        drop(first);
        assert!(waiting.join_all().await.iter().all(Result::is_ok));
        assert_eq!(turns.0.state.lock().free, 1);
    }

    #[tokio::test]
    async fn turns_of_those_who_left_come_back() {
        let turns = Turns::new("x", 1, Duration::from_millis(20));
        let first = turns.take(claim("192.0.2.1")).await.unwrap();
        assert!(turns.take(claim("192.0.2.2")).await.is_err());
        drop(first);
        drop(turns.take(claim("192.0.2.3")).await.unwrap());
    }
}

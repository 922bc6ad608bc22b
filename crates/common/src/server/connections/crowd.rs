//! Who is connected to a listener: bounds in all and per address, and who makes room when they are
//! reached. Whoever has had a place longest without a pause does. One that keeps the server waiting ends at
//! once: half a head, a body that drips, an answer that is not taken, a connection that only lies there.
//! One that the server works for ends with the answer in hand, or at once when too many others were asked
//! after it. Answers are no pauses, so whoever sends requests ahead or asks on and on does not look like a newcomer, and
//! whoever says at once what it wants is served, however many are there. A live stream that is read is never
//! ended for others; where there are only such, new ones are refused.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::{Mutex, MutexGuard};

use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::losses::{Loss, Losses};
use super::member::Member;
use super::members::{Address, Members};
use crate::auth::UserId;
use crate::server::network::Network;
use crate::telemetry;

/// What a listener may hold.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// Connections in all.
    pub(super) connections: usize,
    /// Connections of clients that are not known; `None` where they are not counted.
    pub(super) strangers: Option<usize>,
    /// Connections of one person that count as known; further ones are strangers'.
    pub(super) per_person: usize,
    /// Connections of one address; `None` where they are not counted.
    pub(super) per_address: Option<usize>,
    /// Bytes of large bodies and answers, in all connections together.
    pub(super) held_bytes: usize,
    /// Gateways: their connections are many clients', so they are not counted by address, and do
    /// not make room while they only lie there.
    pub(super) trusted: Vec<Network>,
}

/// The connections of one listener.
pub(super) struct Crowd {
    bounds: Bounds,
    losses: Losses,
    began: Instant,
    members: Mutex<Members>,
    held: AtomicUsize,
    /// When room was last looked for among those that hold bytes.
    relieved: AtomicU64,
    /// When the log was last told of losses.
    told: AtomicU64,
    /// Since when the server, which stops, waits for nobody any more; 0 before that.
    hurried: AtomicU64,
    hurry: CancellationToken,
}

/// A connection's place in the crowd, given up when it is dropped.
pub(super) struct Place {
    pub(super) crowd: Arc<Crowd>,
    pub(super) member: Arc<Member>,
    /// It is a gateway's.
    pub(super) is_trusted: bool,
    address: Address,
    id: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.leave(self);
    }
}

/// How often it is looked for connections that hold much, in milliseconds.
const RELIEF_PAUSE: u64 = 20;

/// What the answer to half a body has for its way, in milliseconds, before its connection is ended.
const LAST_WORD: u64 = 1000;

/// How often the log is told of losses, in milliseconds.
const TELLING_PAUSE: u64 = 1000;

impl Crowd {
    pub(super) fn new(listener: &'static str, bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            bounds,
            losses: Losses::of(listener),
            began: Instant::now(),
            members: Mutex::default(),
            held: AtomicUsize::new(0),
            relieved: AtomicU64::new(0),
            told: AtomicU64::new(0),
            hurried: AtomicU64::new(0),
            hurry: CancellationToken::new(),
        })
    }

    /// Milliseconds since the listener began; never 0.
    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).map_or(u64::MAX, |now| now + 1)
    }

    pub(super) const fn losses(&self) -> &Losses {
        &self.losses
    }

    /// Lets a connection in; `None` when it is refused.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let is_trusted = self.bounds.trusted.iter().any(|one| one.contains(peer));
        let address = Address::of(peer);
        let mut members = self.members();
        let per_address = self.bounds.per_address.filter(|_| !is_trusted);
        let strangers = self.bounds.strangers.filter(|_| !is_trusted);
        let refusal = if per_address.is_some_and(|bound| !members.has_room_for(address, bound)) {
            Some(Loss::RefusedAddress)
        } else if strangers.is_some_and(|bound| !members.has_room_for_a_stranger(bound)) {
            Some(Loss::RefusedStranger)
        } else if members.has_room(self.bounds.connections) {
            None
        } else {
            Some(Loss::Refused)
        };
        if let Some(loss) = refusal {
            drop(members);
            self.losses.count(loss);
            return None;
        }
        let member = Arc::new(Member::new(!is_trusted));
        let id = members.enter(address, Arc::clone(&member));
        drop(members);
        Some(Place {
            crowd: Arc::clone(self),
            member,
            is_trusted,
            address,
            id,
        })
    }

    /// This person was recognised over this connection: it is no stranger's any more, unless they have as
    /// many as one person may.
    pub(super) fn knows(&self, member: &Member, person: UserId) {
        if member.is_stranger() {
            self.members().knows(member, person, self.bounds.per_person);
        }
    }

    fn leave(&self, place: &Place) {
        self.release(&place.member, usize::MAX);
        if place.member.is_asked() {
            self.losses.count(self.why_dismissed());
        }
        self.members().leave((place.address, place.id));
    }

    /// Notes bytes that a connection holds, whether there is room for them or not; then those that
    /// have kept the server waiting longest with what they hold make room.
    pub(super) fn hold(&self, member: &Member, bytes: usize) {
        member.held.fetch_add(bytes, Ordering::Relaxed);
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if held > self.bounds.held_bytes {
            self.relieve();
        }
    }

    /// The same, but false and nothing held where there is no room.
    pub(super) fn may_hold(&self, member: &Member, bytes: usize) -> bool {
        let held = self.held.load(Ordering::Relaxed).saturating_add(bytes);
        if held > self.bounds.held_bytes {
            self.relieve();
            self.losses.count(Loss::Body);
            return false;
        }
        self.hold(member, bytes);
        true
    }

    /// Gives up to `bytes` of what a connection holds back.
    pub(super) fn release(&self, member: &Member, bytes: usize) {
        let held = member.held.load(Ordering::Relaxed);
        let bytes = held.min(bytes);
        if bytes > 0 {
            member.held.fetch_sub(bytes, Ordering::Relaxed);
            self.held.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    fn relieve(&self) {
        let now = self.now();
        let last = self.relieved.load(Ordering::Relaxed);
        if last > 0 && now < last + RELIEF_PAUSE {
            return;
        }
        self.relieved.store(now, Ordering::Relaxed);
        let mut members = self.members();
        let held = self.held.load(Ordering::Relaxed);
        let mut surplus = held.saturating_sub(self.bounds.held_bytes);
        let mut holders = Vec::new();
        for (place, one) in &members.all {
            let held = one.held.load(Ordering::Relaxed);
            if one.is_dismissed() {
                surplus = surplus.saturating_sub(held);
            } else if let Some(since) = one.waiting_since().filter(|_| held > 0) {
                holders.push((since, held, *place));
            }
        }
        holders.sort_unstable();
        for (_, held, place) in holders {
            if surplus == 0 {
                break;
            }
            surplus = surplus.saturating_sub(held);
            members.dismiss(place);
        }
    }

    /// The server stops, and waits no longer for what clients have not sent or do not take: bodies are
    /// given up at once, so that they are refused, and connections a moment later.
    pub(super) fn hurry(&self) {
        self.hurried.store(self.now(), Ordering::Relaxed);
        self.hurry.cancel();
    }

    /// When it is not waited for clients any more.
    pub(super) fn hurried(&self) -> WaitForCancellationFutureOwned {
        self.hurry.clone().cancelled_owned()
    }

    /// Why one has to end that is well.
    pub(super) fn why_dismissed(&self) -> Loss {
        if self.hurry.is_cancelled() {
            Loss::Stopped
        } else {
            Loss::MadeRoom
        }
    }

    /// Calls those whose time is over, and tells how many are connected.
    pub(super) fn look_round(&self) {
        let now = self.now();
        let mut members = self.members();
        let hurried = self.hurried.load(Ordering::Relaxed);
        if hurried > 0 && hurried + LAST_WORD <= now {
            members.dismiss_waiting_since(hurried);
        }
        for one in members.all.values() {
            let due = one.due.load(Ordering::Relaxed);
            if due > 0 && due <= now {
                one.call();
            }
        }
        let count = members.all.len();
        drop(members);
        let listener = self.losses.listener();
        metrics::gauge!("latchkey_connections", "listener" => listener)
            .set(telemetry::count(count));
        metrics::gauge!("latchkey_held_bytes", "listener" => listener)
            .set(telemetry::count(self.held.load(Ordering::Relaxed)));
        if now >= self.told.load(Ordering::Relaxed) + TELLING_PAUSE {
            self.told.store(now, Ordering::Relaxed);
            self.losses.report();
        }
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.members().all.len()
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock()
    }
}

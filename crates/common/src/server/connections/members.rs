//! The connections of one listener, by address, and which of them make room for another.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::member::Member;
use crate::auth::UserId;

/// One in so many makes room at a time: looking for them takes longer the more there are.
const SHARE: usize = 64;

/// So many at most are there although they were asked to end with the answers in hand. With one more, the one
/// that was asked first ends at once: a slow answer must not keep a newcomer waiting. Less than
/// [`super::UNCOUNTED`], beyond which nobody is let in who could ask.
const ASKED: usize = 32;

/// What counts as one address: of IPv6 a network of 64 bits, which is what one household gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Address(u128);

impl Address {
    pub(super) fn of(peer: IpAddr) -> Self {
        match peer.to_canonical() {
            IpAddr::V4(address) => Self(address.to_ipv6_mapped().to_bits()),
            IpAddr::V6(address) => Self(address.to_bits() >> 64 << 64),
        }
    }
}

/// Where a connection stands among the others.
pub(super) type Standing = (Address, u64);

#[derive(Default)]
pub(super) struct Members {
    last_id: u64,
    pub(super) all: BTreeMap<Standing, Arc<Member>>,
    leaving: usize,
    /// Those that end with the answers in hand, in the order in which they were asked.
    asked: VecDeque<Standing>,
    /// Those that are not leaving.
    strangers: usize,
    /// Connections of each person that count as known.
    people: HashMap<UserId, usize>,
    addresses: HashMap<Address, Counted>,
}

#[derive(Default)]
struct Counted {
    members: usize,
    leaving: usize,
}

impl Members {
    pub(super) fn enter(&mut self, address: Address, member: Arc<Member>) -> u64 {
        self.last_id += 1;
        self.strangers += usize::from(member.is_stranger());
        self.all.insert((address, self.last_id), member);
        self.addresses.entry(address).or_default().members += 1;
        self.last_id
    }

    pub(super) fn leave(&mut self, place: Standing) {
        let Some(gone) = self.all.remove(&place) else {
            return;
        };
        let was_leaving = usize::from(gone.is_leaving.load(Ordering::Relaxed));
        self.leaving -= was_leaving;
        if gone.is_asked() {
            self.asked.retain(|one| *one != place);
        }
        self.strangers -= usize::from(was_leaving == 0 && gone.is_stranger());
        let person = *gone.person.lock();
        if let Some(person) = person
            && let Some(known) = self.people.get_mut(&person)
        {
            *known -= 1;
            if *known == 0 {
                self.people.remove(&person);
            }
        }
        if let Some(counted) = self.addresses.get_mut(&place.0) {
            counted.members -= 1;
            counted.leaving -= was_leaving;
            if counted.members == 0 {
                self.addresses.remove(&place.0);
            }
        }
    }

    /// Has one end at once so that there is room for others. It counts no more.
    pub(super) fn dismiss(&mut self, place: Standing) {
        self.part_with(place, false);
        self.asked.retain(|one| *one != place);
    }

    /// Has one end with the answer in hand. It counts no more.
    fn ask(&mut self, place: Standing) {
        if self.asked.len() >= ASKED
            && let Some(first) = self.asked.pop_front()
        {
            self.part_with(first, false);
        }
        self.part_with(place, true);
        self.asked.push_back(place);
    }

    fn part_with(&mut self, place: Standing, is_asked: bool) {
        let Some(one) = self.all.get(&place) else {
            return;
        };
        one.is_asked.store(is_asked, Ordering::Relaxed);
        if !one.is_leaving.swap(true, Ordering::Relaxed) {
            self.leaving += 1;
            self.strangers -= usize::from(one.is_stranger());
            if let Some(counted) = self.addresses.get_mut(&place.0) {
                counted.leaving += 1;
            }
        }
        one.call();
    }

    /// It is no stranger's any more, but this person's, who may have so many.
    pub(super) fn knows(&mut self, one: &Member, person: UserId, bound: usize) {
        let known = self.people.get(&person).copied().unwrap_or_default();
        if known >= bound || !one.is_stranger() {
            return;
        }
        self.people.insert(person, known + 1);
        *one.person.lock() = Some(person);
        one.is_stranger.store(false, Ordering::Relaxed);
        self.strangers -= usize::from(!one.is_leaving.load(Ordering::Relaxed));
    }

    /// Has all end for whom the server has waited since that moment or longer.
    pub(super) fn dismiss_waiting_since(&mut self, moment: u64) {
        let waits = |one: &Member| one.waiting_since().is_some_and(|since| since <= moment);
        let all = self.all.iter().filter(|(_, one)| waits(one));
        let places: Vec<Standing> = all.map(|(place, _)| *place).collect();
        for place in places {
            self.dismiss(place);
        }
    }

    /// Whether one more of this address may come, after some others of it were dismissed for it.
    pub(super) fn has_room_for(&mut self, address: Address, bound: usize) -> bool {
        let counted = self.addresses.get(&address);
        if counted.is_none_or(|counted| counted.members - counted.leaving < bound) {
            return true;
        }
        let all = self.all.range((address, 0)..=(address, u64::MAX));
        let longest = busy_longest(all, bound / SHARE);
        self.make_room(longest)
    }

    /// Whether one more may come of whom nothing is known, after some others were dismissed for it.
    pub(super) fn has_room_for_a_stranger(&mut self, bound: usize) -> bool {
        if self.strangers < bound {
            return true;
        }
        let strangers = self.all.iter().filter(|(_, one)| one.is_stranger());
        let longest = busy_longest(strangers, bound / SHARE);
        self.make_room(longest)
    }

    /// Whether one more may come, after some others were dismissed for it.
    pub(super) fn has_room(&mut self, bound: usize) -> bool {
        if self.all.len() - self.leaving < bound {
            return true;
        }
        let longest = busy_longest(self.all.iter(), bound / SHARE);
        self.make_room(longest)
    }

    /// False when there is nobody who may have to: who keeps the server waiting ends at once, and of those that it works for
    /// some at a time with the answers in hand.
    fn make_room(&mut self, places: Vec<Standing>) -> bool {
        let is_somebody = !places.is_empty();
        let mut asked = 0;
        for place in places {
            let Some(one) = self.all.get(&place) else {
                continue;
            };
            if one.waiting_since().is_some() {
                self.dismiss(place);
            } else if asked < ASKED / 2 {
                self.ask(place);
                asked += 1;
            }
        }
        is_somebody
    }
}

/// Those that have had their places longest without a pause, in that order: `most` of them, or one.
fn busy_longest<'a>(
    members: impl Iterator<Item = (&'a Standing, &'a Arc<Member>)>,
    most: usize,
) -> Vec<Standing> {
    let busy = members.filter_map(|(place, one)| Some((one.busy_since()?, *place)));
    let mut busy: Vec<(u64, Standing)> = busy.collect();
    let most = most.max(1);
    if busy.len() > most {
        busy.select_nth_unstable(most);
        busy.truncate(most);
    }
    busy.sort_unstable();
    busy.into_iter().map(|(_, place)| place).collect()
}

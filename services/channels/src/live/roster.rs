//! Who is connected and was a member when: kept in memory and moved on by the events themselves.
//! It may have been read from the database at a later state than the events that it is asked about;
//! because every membership carries the ids between which it holds, the answer is the same.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use latchkey_common::auth::UserId;
use latchkey_peers::channels::ChannelId;

use super::rendered::Rendered;
use super::subscriber::{Queue, Subscriber};
use crate::domain::event::{Event, Fact, Seat};

#[derive(Default)]
pub(super) struct Roster {
    users: HashMap<UserId, Tracked>,
    channels: HashMap<ChannelId, HashMap<UserId, Vec<Seat>>>,
}

#[derive(Default)]
struct Tracked {
    streams: Vec<Arc<Subscriber>>,
    channels: HashSet<ChannelId>,
}

impl Roster {
    pub(super) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    pub(super) fn knows(&self, user: UserId) -> bool {
        self.users.contains_key(&user)
    }

    /// Notes a time of membership of a connected user.
    pub(super) fn seat(&mut self, seat: Seat) {
        let Some(tracked) = self.users.get_mut(&seat.user) else {
            return;
        };
        tracked.channels.insert(seat.channel);
        let seats = self
            .channels
            .entry(seat.channel)
            .or_default()
            .entry(seat.user)
            .or_default();
        // Read from the database before its event came by: one membership, known by its beginning.
        match seats
            .iter_mut()
            .find(|known| known.joined_event == seat.joined_event)
        {
            Some(known) => known.left_event = known.left_event.or(seat.left_event),
            None => seats.push(seat),
        }
    }

    /// Enters a stream. The seats of a user who was not known before come next.
    pub(super) fn attach(&mut self, stream: Arc<Subscriber>) {
        let tracked = self.users.entry(stream.user).or_default();
        tracked.streams.push(stream);
    }

    /// Strikes a stream out; with the last one of a user everything about that user is forgotten.
    pub(super) fn detach(&mut self, stream: &Subscriber) {
        let Some(tracked) = self.users.get_mut(&stream.user) else {
            return;
        };
        tracked.streams.retain(|one| one.id != stream.id);
        if !tracked.streams.is_empty() {
            return;
        }
        let gone = self.users.remove(&stream.user).unwrap_or_default();
        for channel in gone.channels {
            self.unseat(channel, stream.user, |_| false);
        }
    }

    /// Hands an event to everybody whom it concerns, and moves memberships on by it. Events come in
    /// the order of their positions.
    pub(super) fn deliver(&mut self, event: &Event, queue: Queue) {
        self.send(event, queue);
        match event.fact {
            Fact::Join(_) => self.seat(Seat {
                channel: event.channel,
                user: event.user,
                joined_event: event.id,
                left_event: None,
            }),
            // Whatever comes by from now on has a higher id within the channel.
            Fact::Leave | Fact::Remove => {
                self.unseat(event.channel, event.user, |seat| {
                    seat.joined_event > event.id
                });
                if !self.is_seated(event.channel, event.user)
                    && let Some(tracked) = self.users.get_mut(&event.user)
                {
                    tracked.channels.remove(&event.channel);
                }
            }
            Fact::Message { .. } | Fact::Rename { .. } | Fact::Closed => {}
        }
    }

    fn send(&self, event: &Event, queue: Queue) {
        let mut rendered = Rendered::of(event);
        let mut push = |user: &UserId| {
            for stream in self.users.get(user).iter().flat_map(|t| &t.streams) {
                if let Some(bytes) = rendered.by(stream.renderer) {
                    stream.push(event.position, bytes, queue);
                }
            }
        };
        if let Some(recipient) = event.recipient {
            return push(&recipient);
        }
        for (user, seats) in self.channels.get(&event.channel).into_iter().flatten() {
            if seats.iter().any(|seat| seat.covers(event.id)) {
                push(user);
            }
        }
    }

    fn is_seated(&self, channel: ChannelId, user: UserId) -> bool {
        self.channels
            .get(&channel)
            .is_some_and(|seats| seats.contains_key(&user))
    }

    /// Forgets the memberships of a user in a channel, but those that `keep` names.
    fn unseat(&mut self, channel: ChannelId, user: UserId, keep: impl Fn(&Seat) -> bool) {
        let Some(members) = self.channels.get_mut(&channel) else {
            return;
        };
        if let Some(seats) = members.get_mut(&user) {
            seats.retain(keep);
            if seats.is_empty() {
                members.remove(&user);
            }
        }
        if members.is_empty() {
            self.channels.remove(&channel);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Waker};

    use latchkey_common::auth::SessionId;
    use latchkey_common::clock::Millis;
    use latchkey_common::server::HangUp;
    use latchkey_peers::channels::{ChannelType, Membership, Permissions};

    use super::*;
    use crate::live::{Renderer, Told};

    const TEST: Renderer = Renderer {
        contract: "test",
        render: |_| {
            Some(Told {
                name: "something",
                data: "{}".to_owned(),
            })
        },
    };

    fn event(id: i64, user: i64, fact: Fact) -> Event {
        Event {
            id,
            position: id,
            channel: ChannelId(1),
            recipient: fact.is_personal().then_some(UserId(user)),
            user: UserId(user),
            fact,
            message: None,
        }
    }

    fn renamed() -> Fact {
        Fact::Rename {
            channel_name: "News".to_owned(),
        }
    }

    fn joined() -> Fact {
        Fact::Join(Membership {
            channel: ChannelId(1),
            name: "News".to_owned(),
            channel_type: ChannelType::Public,
            permissions: Permissions::PUBLIC_JOIN,
            owner: UserId(9),
            last_message: 1,
            last_read: 0,
            joined_at: Millis(0),
        })
    }

    const fn queue(events: usize) -> Queue {
        Queue {
            events,
            bytes: 1 << 20,
        }
    }

    fn seen(stream: &Subscriber) -> Vec<i64> {
        let cx = Context::from_waker(Waker::noop());
        let mut positions = Vec::new();
        while let Poll::Ready(Some((position, _))) = stream.poll_next(&cx) {
            positions.push(position);
        }
        positions
    }

    fn seat(joined_event: i64, left_event: Option<i64>) -> Seat {
        Seat {
            channel: ChannelId(1),
            user: UserId(2),
            joined_event,
            left_event,
        }
    }

    fn stream(id: u64, renderer: Renderer) -> Arc<Subscriber> {
        let hang_up = HangUp::default();
        let stream = Subscriber::new(id, UserId(2), SessionId(1), renderer, hang_up);
        Arc::new(stream)
    }

    fn roster() -> (Roster, Arc<Subscriber>) {
        let stream = stream(1, TEST);
        let mut roster = Roster::default();
        roster.attach(Arc::clone(&stream));
        (roster, stream)
    }

    #[test]
    fn members_get_what_lies_between_joining_and_leaving() {
        let (mut roster, stream) = roster();
        for one in [
            event(1, 9, renamed()),
            event(2, 2, joined()),
            event(3, 9, renamed()),
            event(4, 3, joined()),
            event(5, 2, Fact::Remove),
            event(6, 9, renamed()),
            event(7, 9, Fact::Closed),
        ] {
            roster.deliver(&one, queue(10));
        }
        assert_eq!(seen(&stream), [2, 3, 5]);
        assert!(roster.channels.is_empty());
    }

    #[test]
    fn memberships_read_ahead_of_the_events_change_nothing() {
        let (mut roster, stream) = roster();
        // The database knows already: was in from 2 to 5, is in again since 7.
        roster.seat(seat(2, Some(5)));
        roster.seat(seat(7, None));
        for one in [
            event(1, 9, renamed()),
            event(2, 2, joined()),
            event(3, 9, renamed()),
            event(5, 2, Fact::Leave),
            event(6, 9, renamed()),
            event(7, 2, joined()),
            event(8, 9, renamed()),
        ] {
            roster.deliver(&one, queue(10));
        }
        assert_eq!(seen(&stream), [2, 3, 5, 7, 8]);
        roster.detach(&stream);
        assert!(roster.is_empty() && roster.channels.is_empty());
    }

    #[test]
    fn a_slow_client_is_cut_off() {
        let (mut roster, stream) = roster();
        roster.seat(seat(0, None));
        for id in 1..=3 {
            roster.deliver(&event(id, 9, renamed()), queue(2));
        }
        assert!(!stream.is_open());
    }

    #[test]
    fn an_event_is_rendered_once_a_contract() {
        static RENDERED: AtomicUsize = AtomicUsize::new(0);
        fn count(event: &Event) -> Option<Told> {
            RENDERED.fetch_add(1, Ordering::Relaxed);
            (TEST.render)(event)
        }
        let mut roster = Roster::default();
        let mut streams = Vec::new();
        for id in 0..500 {
            let contract = if id % 2 == 0 { "one" } else { "other" };
            let renderer = Renderer {
                contract,
                render: count,
            };
            streams.push(stream(id, renderer));
            roster.attach(Arc::clone(&streams[streams.len() - 1]));
        }
        roster.deliver(&event(2, 2, joined()), queue(10));
        assert!(streams.iter().all(|stream| seen(stream) == [2]));
        assert_eq!(RENDERED.load(Ordering::Relaxed), 2);
        // Nobody is told: nothing is rendered.
        roster.deliver(&event(3, 3, joined()), queue(10));
        assert_eq!(RENDERED.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn what_a_contract_does_not_tell_is_sent_to_nobody() {
        let silent = Renderer {
            contract: "silent",
            render: |_| None,
        };
        let stream = stream(1, silent);
        let mut roster = Roster::default();
        roster.attach(Arc::clone(&stream));
        roster.deliver(&event(2, 2, joined()), queue(10));
        assert_eq!(seen(&stream), [0; 0]);
        assert!(stream.is_open());
    }
}

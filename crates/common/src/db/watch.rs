//! What one lane is at, as the watchdog sees it: since when nothing has come back from its
//! connection, whom it owes an answer, and which session the server has for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{Connection as _, InstrumentationEvent};
use parking_lot::Mutex;

use super::conn::Conn;
use super::session::Session;
use super::single;
use super::unit::Promise;
use crate::outage::{can_only_read, is_outage};

/// Shared by a lane and the watchdog.
pub(super) struct Watch {
    base: Instant,
    /// The last sign of life of what is in flight, in milliseconds since `base` and one more; 0 while
    /// nothing is.
    beat: AtomicU64,
    /// The database has failed to do something.
    in_trouble: AtomicBool,
    /// The connection has said that it can only read.
    only_reads: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_given_up: bool,
    owed: Vec<Arc<dyn Promise>>,
    session: Option<Session>,
    /// How many silences were known when the present connection began to be opened.
    opened_after: u64,
}

/// What was in the hands of a lane that was given up.
pub(super) struct Lost {
    /// Whom it owed an answer.
    pub(super) owed: Vec<Arc<dyn Promise>>,
    /// How many silences were known when its connection began to be opened.
    pub(super) opened_after: u64,
}

impl Watch {
    /// For a lane whose predecessor, if any, has left `session` at the server.
    pub(super) fn new(session: Option<Session>) -> Self {
        Self {
            base: Instant::now(),
            beat: AtomicU64::new(0),
            in_trouble: AtomicBool::new(false),
            only_reads: AtomicBool::new(false),
            state: Mutex::new(State {
                session,
                ..State::default()
            }),
        }
    }

    /// A unit is in flight from now on; each statement of it is a sign of life.
    pub(super) fn beat(&self) {
        let since = u64::try_from(self.base.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.beat.store(since.saturating_add(1), Ordering::Relaxed);
    }

    /// Lets every statement that begins on `conn` beat, and hears what it says of itself.
    pub(super) fn listen(self: &Arc<Self>, conn: &mut Conn) {
        let watch = Arc::clone(self);
        let begins = |event: &InstrumentationEvent<'_>| {
            matches!(event, InstrumentationEvent::StartQuery { .. })
        };
        match conn {
            Conn::Sqlite(conn) => {
                conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if begins(&event) {
                        watch.beat();
                    }
                    watch.hear(&event);
                });
            }
            Conn::Postgres(conn) => {
                conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if begins(&event) {
                        watch.beat();
                        single::began();
                    }
                    watch.hear(&event);
                });
            }
        }
    }

    fn hear(&self, event: &InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery {
            error: Some(error), ..
        } = event
        {
            let order = Ordering::Relaxed;
            self.in_trouble.fetch_or(is_outage(error), order);
            self.only_reads.fetch_or(can_only_read(error), order);
        }
    }

    /// True when the database has failed to do something since this was last asked.
    pub(super) fn was_in_trouble(&self) -> bool {
        self.in_trouble.swap(false, Ordering::Relaxed)
    }

    /// The lane owes this answer until it rests.
    pub(super) fn owe(&self, promise: Arc<dyn Promise>) {
        self.state.lock().owed.push(promise);
    }

    /// Nothing is in flight any more. False when the lane was given up meanwhile.
    pub(super) fn rest(&self) -> bool {
        let mut state = self.state.lock();
        state.owed.clear();
        self.beat.store(0, Ordering::Relaxed);
        !state.is_given_up
    }

    /// True when somebody else answers what the lane owes, and works in its place.
    pub(super) fn is_given_up(&self) -> bool {
        self.state.lock().is_given_up
    }

    /// True when the connection has said that it can only read. Once: it is thrown away then.
    pub(super) fn takes_no_changes(&self) -> bool {
        self.only_reads.swap(false, Ordering::Relaxed)
    }

    /// For how long nothing has come back; nothing while nothing is in flight.
    pub(super) fn silence(&self) -> Duration {
        let since = self.beat.load(Ordering::Relaxed);
        let Some(since) = since.checked_sub(1) else {
            return Duration::ZERO;
        };
        self.base
            .elapsed()
            .saturating_sub(Duration::from_millis(since))
    }

    /// Gives the lane up when nothing has come back for longer than `bound`. Once: whatever it was
    /// doing, it comes to rest no more.
    pub(super) fn give_up(&self, bound: Duration) -> Option<Lost> {
        let mut state = self.state.lock();
        // Asked again under the lock: it may have come to rest and begun something else.
        if state.is_given_up || self.silence() <= bound {
            return None;
        }
        state.is_given_up = true;
        Some(Lost {
            owed: std::mem::take(&mut state.owed),
            opened_after: state.opened_after,
        })
    }

    /// The session that the server has, or had, for the lane.
    pub(super) fn session(&self) -> Option<Session> {
        self.state.lock().session
    }

    /// A connection is opened when so many silences are known.
    pub(super) fn opens(&self, silences: u64) {
        self.state.lock().opened_after = silences;
    }

    /// It is open, and `PostgreSQL` has a session for it.
    pub(super) fn opened(&self, session: Option<Session>) {
        self.state.lock().session = session;
    }

    /// How many silences were known when the present connection began to be opened.
    pub(super) fn opened_after(&self) -> u64 {
        self.state.lock().opened_after
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const BOUND: Duration = Duration::from_millis(20);

    #[test]
    fn what_is_in_flight_without_a_sign_of_life_is_given_up_once() {
        let watch = Watch::new(None);
        thread::sleep(2 * BOUND);
        assert!(watch.give_up(BOUND).is_none(), "nothing is in flight");
        watch.beat();
        assert!(watch.give_up(BOUND).is_none(), "it has just begun");
        assert!(watch.rest());
        watch.beat();
        thread::sleep(2 * BOUND);
        assert!(watch.give_up(BOUND).is_some());
        assert!(watch.give_up(BOUND).is_none(), "it was before");
        assert!(watch.is_given_up() && !watch.rest());
    }
}

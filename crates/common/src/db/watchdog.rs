//! Lanes whose connection has fallen silent. A thread that waits in the client library for an answer
//! cannot be woken by anybody but the kernel, which hears nothing either while something between the
//! two machines keeps the connection up. So nobody waits for the thread: those to whom it owes an
//! answer are told that the outcome is unknown, another lane works in its place, and it ends whenever
//! its connection does.
//!
//! `SQLite` has no second connection to turn to: a lane that hangs there waits for a disk. What can be
//! done is to say so ([`Queue::stuck_for`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::crew::Crew;
use super::lane::Lane;
use super::lanes::Queue;
use super::metrics::Outcome;
use super::open::Opener;
use super::plan::{Plan, Role};
use super::watch::{Lost, Watch};
use crate::fault::Fault;

/// How often the lanes are looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Threads of a set that may wait for lost connections before no others are put in their places, for
/// each of its lanes. The kernel ends nearly every such connection within seconds; where it does not,
/// four silences in a row are worth a restart, and threads without end are not.
const LOST_PER_LANE: usize = 4;

/// Looks after all lanes of one database.
pub(super) struct Watchdog {
    opener: Arc<Opener>,
    silences: Arc<AtomicU64>,
    sets: Vec<Set>,
    open: Sender<()>,
    closed: Receiver<()>,
}

/// A set of lanes, and who works in each place.
struct Set {
    crew: Arc<Crew>,
    places: Vec<Place>,
}

struct Place {
    watch: Arc<Watch>,
    /// The lane was given up, and there is none in its place yet.
    is_empty: bool,
}

impl Watchdog {
    /// Of a database that `opener` opens.
    pub(super) fn of(opener: &Arc<Opener>) -> Self {
        let (open, closed) = crossbeam_channel::bounded(0);
        Self {
            opener: Arc::clone(opener),
            silences: Arc::default(),
            sets: Vec::new(),
            open,
            closed,
        }
    }

    /// Starts a set of lanes. The first opens its connection before this answers, so that a wrong URL
    /// is found at start; the others do when they get their first unit, so that a start waits for few.
    pub(super) fn start_lanes(&mut self, plan: Plan) -> Result<Queue, Fault> {
        let (sender, receiver) = crossbeam_channel::bounded(plan.queue);
        let crew = Crew::new(&self.opener, plan, receiver, &self.silences);
        let mut places = Vec::with_capacity(plan.lanes);
        for nth in 0..plan.lanes {
            let watch = Arc::new(Watch::new(None));
            let mut lane = Lane::new(&crew, &watch);
            if nth == 0 {
                lane.connect()?;
            }
            lane.spawn().map_err(Fault::internal)?;
            places.push(Place {
                watch,
                is_empty: false,
            });
        }
        self.sets.push(Set {
            crew: Arc::clone(&crew),
            places,
        });
        Ok(Queue {
            sender,
            crew,
            _open: self.open.clone(),
        })
    }

    /// Looks after them until the last queue is dropped.
    pub(super) fn watch(self, database: &str) -> Result<(), Fault> {
        let Self {
            mut sets,
            open,
            closed,
            ..
        } = self;
        drop(open);
        let thread = thread::Builder::new().name(format!("{database}-watchdog"));
        let looking = move || {
            while closed.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                sets.iter_mut().for_each(Set::look);
            }
        };
        thread.spawn(looking).map(drop).map_err(Fault::internal)
    }
}

impl Set {
    fn look(&mut self) {
        let crew = &self.crew;
        let mut stuck = 0;
        for place in &mut self.places {
            let bound = crew.bound(&place.watch);
            let is_silent = !place.is_empty && place.watch.silence() > bound;
            if is_silent && crew.opener.has_many_writers() {
                if let Some(lost) = place.watch.give_up(bound) {
                    crew.give_up(lost);
                    place.is_empty = true;
                }
            } else if is_silent {
                stuck += 1;
            }
            if place.is_empty && !place.fill(crew) {
                stuck += 1;
            }
        }
        crew.note_stuck(stuck);
        if stuck == crew.plan.lanes {
            crew.turn_away();
        }
    }
}

impl Place {
    /// Puts another lane here. False when too many are lost, or the system gives no thread.
    fn fill(&mut self, crew: &Arc<Crew>) -> bool {
        if crew.given_up.load(Ordering::Relaxed) > LOST_PER_LANE * crew.plan.lanes {
            return false;
        }
        let watch = Arc::new(Watch::new(self.watch.session()));
        match Lane::new(crew, &watch).spawn() {
            Ok(()) => {
                self.watch = watch;
                self.is_empty = false;
                true
            }
            Err(error) => {
                tracing::debug!(%error, "no thread for a lane");
                false
            }
        }
    }
}

impl Crew {
    /// How long a statement may be without an answer. When another connection has fallen silent, those
    /// that were open beside it are believed no longer than an answer is on its way: people wait.
    fn bound(&self, watch: &Watch) -> Duration {
        let times = self.opener.times;
        if watch.opened_after() == self.silences.load(Ordering::Relaxed) {
            times.in_flight()
        } else {
            times.silence
        }
    }

    /// Answers what the lane owes.
    fn give_up(&self, lost: Lost) {
        let database = self.plan.database;
        self.given_up.fetch_add(1, Ordering::Relaxed);
        self.meters.fell_silent();
        // Those that were opened before fall silent together, and are one event.
        let (before, after) = (lost.opened_after, lost.opened_after + 1);
        let order = Ordering::Relaxed;
        let is_news = self
            .silences
            .compare_exchange(before, after, order, order)
            .is_ok();
        if is_news && self.plan.role == Role::Lock {
            tracing::warn!(
                database,
                "the connection that keeps others from the database has fallen silent: it is opened anew"
            );
        } else if is_news {
            tracing::warn!(
                database,
                "a connection to the database has fallen silent: what was under way has an unknown \
                 outcome, and all connections are opened anew"
            );
        }
        for promise in lost.owed {
            if promise.give_up(Fault::unavailable(database, "its connection fell silent")) {
                self.meters.ended(Outcome::Lost);
            }
        }
    }

    /// Answers whatever waits while there is no lane to take it.
    fn turn_away(&self) {
        while let Ok(unit) = self.receiver.try_recv() {
            let trouble = Fault::unavailable(self.plan.database, "every connection is stuck");
            if unit.answer(Some(trouble)).is_some() {
                self.meters.ended(Outcome::Late);
            }
        }
    }
}

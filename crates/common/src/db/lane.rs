//! One lane: how it runs units on its connection, and puts them into transactions.

mod connection;
mod room;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{io, thread};

use crossbeam_channel::RecvTimeoutError;

use super::DieselError;
use super::conn::Conn;
use super::crew::Crew;
use super::metrics::Outcome;
use super::plan::Role;
use super::room::Need;
use super::unit::Work;
use super::watch::Watch;
use crate::crash_point;
use crate::fault::Fault;

pub(super) struct Lane {
    conn: Option<Conn>,
    crew: Arc<Crew>,
    watch: Arc<Watch>,
    /// When it last ran something.
    used: Instant,
    /// Taken from the queue, and not fit for the transaction that was under way.
    put_back: Option<Box<dyn Work>>,
}

/// How often a lane that has lost its connection tries to open another one while nobody needs it.
const RETRY: Duration = Duration::from_secs(1);

impl Lane {
    /// One without a connection: it opens one when it needs it.
    pub(super) fn new(crew: &Arc<Crew>, watch: &Arc<Watch>) -> Self {
        Self {
            conn: None,
            crew: Arc::clone(crew),
            watch: Arc::clone(watch),
            used: Instant::now(),
            put_back: None,
        }
    }

    /// Lets it work on a thread of its own.
    pub(super) fn spawn(self) -> io::Result<()> {
        let plan = self.crew.plan;
        let name = format!("{}-{:?}", plan.database, plan.role).to_lowercase();
        let thread = thread::Builder::new().name(name);
        thread.spawn(move || self.work()).map(drop)
    }

    /// Until nobody can hand anything in any more, or the watchdog has given it up: then another one
    /// works in its place, and this one takes no further unit.
    fn work(mut self) {
        // A file is opened before anybody needs it, when there may be none left; here, so that a start
        // waits for few. Connections to a server are its own, and there they are few.
        if self.conn.is_none() && !self.crew.opener.has_many_writers() {
            self.reconnect();
        }
        // There the first of a place opens its connection when it is needed, a successor at once.
        let mut patience = Duration::ZERO;
        loop {
            let is_lost = self.conn.is_none() && self.watch.session().is_some();
            let next = if is_lost {
                self.crew.receiver.recv_timeout(patience)
            } else {
                self.crew.receiver.recv().map_err(Into::into)
            };
            patience = RETRY;
            self.watch.beat();
            match next {
                Ok(unit) => self.run(unit),
                Err(RecvTimeoutError::Timeout) => self.reconnect(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !self.watch.rest() {
                return;
            }
        }
    }

    fn run(&mut self, first: Box<dyn Work>) {
        if self.crew.opener.has_many_writers() {
            self.watch.owe(first.promise());
        }
        match self.crew.plan.role {
            Role::Reader | Role::Lock => self.run_alone(first),
            Role::Writer if first.is_single() && self.crew.opener.has_many_writers() => {
                self.run_alone(first);
            }
            Role::Writer => {
                self.write(first);
                while let Some(unit) = self.put_back.take() {
                    self.write(unit);
                }
            }
        }
        if self.watch.takes_no_changes() {
            self.conn = None;
        }
        self.used = Instant::now();
    }

    /// The unit, unless its patience is over; then it is answered.
    fn in_time(&self, unit: Box<dyn Work>) -> Option<Box<dyn Work>> {
        let (since, deadline) = unit.times();
        let now = Instant::now();
        let wait = now.duration_since(since);
        self.crew.meters.taken(wait, self.crew.receiver.len());
        if now > deadline {
            if unit
                .answer(Some(Fault::overloaded(self.crew.plan.database)))
                .is_some()
            {
                self.crew.meters.ended(Outcome::Late);
            }
            return None;
        }
        Some(unit)
    }

    fn answer(&self, unit: Box<dyn Work>, trouble: Option<Fault>) {
        if trouble.is_some() && self.crew.plan.role == Role::Writer {
            self.crew.note_failed_change();
        }
        if let Some(outcome) = unit.answer(trouble) {
            self.crew.meters.ended(outcome);
        }
    }

    /// Without a transaction around it: a read, or a single statement.
    fn run_alone(&mut self, unit: Box<dyn Work>) {
        let Some(unit) = self.in_time(unit) else {
            return;
        };
        let (crew, watch) = (Arc::clone(&self.crew), Arc::clone(&self.watch));
        self.replace_if_dead();
        let Some(mut unit) = self.if_the_server_has_room(unit) else {
            return;
        };
        match self.connection() {
            Err(fault) => self.answer(unit, Some(fault)),
            Ok(conn) => {
                let mut run = || timed(&crew, &watch, unit.as_mut(), conn);
                let kept = if crew.plan.role == Role::Writer {
                    crash_point::during(crash_point::INSIDE_COMMIT, run)
                } else {
                    run()
                };
                // What failed may mean a lost connection: asking costs little and is rare.
                if !kept && conn.batch("SELECT 1").is_err() {
                    self.conn = None;
                }
                self.answer(unit, None);
            }
        }
    }

    fn write(&mut self, first: Box<dyn Work>) {
        let mut group = Vec::new();
        match self.transact(first, &mut group) {
            Ok(()) => group.into_iter().for_each(|unit| self.answer(unit, None)),
            Err(error) => {
                if let Some(conn) = &mut self.conn
                    && conn.batch("ROLLBACK").is_err()
                {
                    self.conn = None;
                }
                let text = error.to_string();
                for unit in group {
                    let fault = Fault::unavailable(self.crew.plan.database, text.clone());
                    self.answer(unit, Some(fault));
                }
            }
        }
    }

    /// One transaction: the first unit, and on `SQLite` whatever else waits, each in a savepoint; what ends
    /// something apart from everything else.
    /// On an error nothing of the group is known to stand.
    fn transact(
        &mut self,
        first: Box<dyn Work>,
        group: &mut Vec<Box<dyn Work>>,
    ) -> Result<(), DieselError> {
        let mut next = Some(first);
        let (crew, watch) = (Arc::clone(&self.crew), Arc::clone(&self.watch));
        let (mut begun, mut room, mut need) = (false, None, None);
        while let Some(unit) = next.take().or_else(|| crew.receiver.try_recv().ok()) {
            let need = *need.get_or_insert(unit.need());
            if (need == Need::Ending) != (unit.need() == Need::Ending) {
                // A database that is full takes back all of a transaction, the endings in it too.
                self.put_back = Some(unit);
                break;
            }
            let Some(unit) = self.in_time(unit) else {
                continue;
            };
            let Some(unit) = self.if_the_server_has_room(unit) else {
                continue;
            };
            if !begun {
                match self.begin_for(need) {
                    Ok(takes) => {
                        begun = true;
                        room = takes;
                    }
                    Err(fault) => {
                        self.answer(unit, Some(fault));
                        return Ok(());
                    }
                }
            }
            let Some(mut unit) = self.if_taken(unit, room) else {
                continue;
            };
            let Some(conn) = &mut self.conn else { break };
            if conn.has_many_writers() {
                let kept = timed(&crew, &watch, unit.as_mut(), conn);
                group.push(unit);
                if self.watch.is_given_up() {
                    // Its caller was told that nobody knows: the less of it stands, the better.
                    self.conn = None;
                    return Ok(());
                }
                return if kept {
                    commit(conn)
                } else {
                    conn.batch("ROLLBACK")
                };
            }
            conn.batch("SAVEPOINT unit")?;
            let kept = timed(&crew, &watch, unit.as_mut(), conn);
            group.push(unit);
            // Fails when the database gave up the whole transaction by itself (a full disk).
            conn.batch(if kept {
                "RELEASE SAVEPOINT unit"
            } else {
                "ROLLBACK TO SAVEPOINT unit; RELEASE SAVEPOINT unit"
            })?;
            if group.len() >= crew.plan.group {
                break;
            }
        }
        match &mut self.conn {
            Some(conn) if begun => commit(conn),
            _ => Ok(()),
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if self.watch.is_given_up() {
            self.crew.given_up.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn timed(crew: &Crew, watch: &Watch, unit: &mut dyn Work, conn: &mut Conn) -> bool {
    watch.was_in_trouble();
    let began = Instant::now();
    let kept = unit.run(conn);
    crew.meters.ran(began.elapsed());
    if watch.was_in_trouble() && !kept && crew.plan.role == Role::Writer {
        crew.note_failed_change();
    }
    kept
}

fn commit(conn: &mut Conn) -> Result<(), DieselError> {
    crash_point::during(crash_point::INSIDE_COMMIT, || conn.batch("COMMIT"))
}

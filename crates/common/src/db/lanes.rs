//! Lanes: threads that each own a connection and take units of work from a bounded queue. A unit
//! is a plain closure, so no network call can sit inside a transaction, and no SQL runs on an
//! async worker. Measured against pools and async drivers on both databases: fastest, and least
//! to compile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::oneshot;

use super::conn::Conn;
use super::open::Opener;
use super::{DieselError, metrics};
use crate::crash_point;
use crate::fault::Fault;

/// A unit as a lane sees it: run once, answered once after the commit.
pub(super) trait Work: Send {
    /// Runs the unit. True when what it changed shall stay.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Sends the answer: the unit's own, or the trouble that kept it from being committed.
    fn answer(self: Box<Self>, trouble: Option<Fault>);
    /// When the unit was handed in, and the moment after which it must not begin.
    fn times(&self) -> (Instant, Instant);
}

struct Unit<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    since: Instant,
    deadline: Instant,
}

impl<F, T, E> Work for Unit<F, T, E>
where
    F: FnOnce(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|_| Err(Fault::internal("a unit of work panicked").into()));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, trouble: Option<Fault>) {
        let answer = match (self.outcome, trouble) {
            // A refusal changed nothing, so it stands whatever became of the commit.
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Some(fault)) => Err(fault.into()),
            (Some(done), None) => done,
            (None, None) => Err(Fault::overloaded("database").into()),
        };
        // The caller may have gone; the change stands all the same.
        drop(self.reply.send(answer));
    }

    fn times(&self) -> (Instant, Instant) {
        (self.since, self.deadline)
    }
}

/// The way into a set of lanes.
#[derive(Clone)]
pub(super) struct Queue {
    sender: Sender<Box<dyn Work>>,
    database: &'static str,
}

impl Queue {
    /// Hands a unit in and waits for its answer.
    ///
    /// A full queue is `Unavailable`. A caller that is dropped while it waits leaves its unit in
    /// the queue: it may still run.
    pub(super) async fn run<F, T, E>(&self, patience: Duration, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let since = Instant::now();
        let unit = Unit {
            work: Some(work),
            outcome: None,
            reply,
            since,
            deadline: since + patience,
        };
        match self.sender.try_send(Box::new(unit)) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                return Err(Fault::overloaded(self.database).into());
            }
        }
        answer
            .await
            .unwrap_or_else(|_| Err(Fault::overloaded(self.database).into()))
    }
}

/// How a set of lanes works.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) database: &'static str,
    pub(super) role: Role,
    pub(super) lanes: usize,
    pub(super) queue: usize,
    /// At most this many units share one transaction (group commit, `SQLite` alone).
    pub(super) group: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Reader,
    Writer,
}

/// Opens the connections (so that a wrong URL is found at start) and starts the lanes.
pub(super) fn start(opener: &Arc<Opener>, plan: Plan) -> Result<Queue, Fault> {
    let (sender, receiver) = crossbeam_channel::bounded(plan.queue);
    for _ in 0..plan.lanes {
        let conn = opener.open(plan.role)?;
        let lane = Lane {
            conn: Some(conn),
            opener: Arc::clone(opener),
            receiver: receiver.clone(),
            plan,
        };
        thread::Builder::new()
            .name(format!("{}-{:?}", plan.database, plan.role).to_lowercase())
            .spawn(move || lane.work())
            .map_err(Fault::internal)?;
    }
    Ok(Queue {
        sender,
        database: plan.database,
    })
}

struct Lane {
    conn: Option<Conn>,
    opener: Arc<Opener>,
    receiver: Receiver<Box<dyn Work>>,
    plan: Plan,
}

impl Lane {
    fn work(mut self) {
        while let Ok(first) = self.receiver.recv() {
            match self.plan.role {
                Role::Reader => self.read(first),
                Role::Writer => self.write(first),
            }
        }
    }

    fn is_too_late(&self, unit: &dyn Work) -> bool {
        let (since, deadline) = unit.times();
        let now = Instant::now();
        metrics::waited(
            self.plan.database,
            self.plan.role,
            now.duration_since(since),
        );
        now > deadline
    }

    /// The connection, reopened when it was lost.
    fn connection(&mut self) -> Result<&mut Conn, Fault> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.opener.open(self.plan.role)?,
        };
        Ok(self.conn.insert(conn))
    }

    fn read(&mut self, mut unit: Box<dyn Work>) {
        if self.is_too_late(unit.as_ref()) {
            return unit.answer(Some(Fault::overloaded(self.plan.database)));
        }
        match self.connection() {
            Err(fault) => unit.answer(Some(fault)),
            Ok(conn) => {
                let kept = unit.run(conn);
                // A failed read may mean a lost connection: asking costs little and is rare.
                if !kept && conn.batch("SELECT 1").is_err() {
                    self.conn = None;
                }
                unit.answer(None);
            }
        }
    }

    fn write(&mut self, first: Box<dyn Work>) {
        let mut group = Vec::new();
        match self.transact(first, &mut group) {
            Ok(()) => group.into_iter().for_each(|unit| unit.answer(None)),
            Err(error) => {
                if let Some(conn) = &mut self.conn
                    && conn.batch("ROLLBACK").is_err()
                {
                    self.conn = None;
                }
                let text = error.to_string();
                for unit in group {
                    unit.answer(Some(Fault::unavailable(self.plan.database, text.clone())));
                }
            }
        }
    }

    /// One transaction: the first unit, and on `SQLite` whatever else waits, each in a savepoint.
    /// On an error nothing of the group is known to stand.
    fn transact(
        &mut self,
        first: Box<dyn Work>,
        group: &mut Vec<Box<dyn Work>>,
    ) -> Result<(), DieselError> {
        let mut next = Some(first);
        let (database, limit) = (self.plan.database, self.plan.group);
        let receiver = self.receiver.clone();
        let mut begun = false;
        while let Some(mut unit) = next.take().or_else(|| receiver.try_recv().ok()) {
            if self.is_too_late(unit.as_ref()) {
                unit.answer(Some(Fault::overloaded(database)));
                continue;
            }
            if !begun {
                match self.begin() {
                    Ok(()) => begun = true,
                    Err(fault) => {
                        unit.answer(Some(fault));
                        return Ok(());
                    }
                }
            }
            let Some(conn) = &mut self.conn else { break };
            if conn.has_many_writers() {
                let kept = unit.run(conn);
                group.push(unit);
                return if kept {
                    commit(conn)
                } else {
                    conn.batch("ROLLBACK")
                };
            }
            conn.batch("SAVEPOINT unit")?;
            let kept = unit.run(conn);
            group.push(unit);
            // Fails when the database gave up the whole transaction by itself (a full disk).
            conn.batch(if kept {
                "RELEASE SAVEPOINT unit"
            } else {
                "ROLLBACK TO SAVEPOINT unit; RELEASE SAVEPOINT unit"
            })?;
            if group.len() >= limit {
                break;
            }
        }
        match &mut self.conn {
            Some(conn) if begun => commit(conn),
            _ => Ok(()),
        }
    }

    /// Begins a transaction; a connection that died while it was idle is replaced once.
    fn begin(&mut self) -> Result<(), Fault> {
        let mut last = Fault::overloaded(self.plan.database);
        for _ in 0..2 {
            let conn = self.connection()?;
            let sql = if conn.has_many_writers() {
                "BEGIN"
            } else {
                "BEGIN IMMEDIATE"
            };
            match conn.batch(sql) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    last = Fault::unavailable(self.plan.database, error);
                    self.conn = None;
                }
            }
        }
        Err(last)
    }
}

fn commit(conn: &mut Conn) -> Result<(), DieselError> {
    crash_point::during(crash_point::INSIDE_COMMIT, || conn.batch("COMMIT"))
}

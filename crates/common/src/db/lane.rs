//! One lane: how it runs units on its connection, and puts them into transactions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::DieselError;
use super::conn::Conn;
use super::lanes::{Plan, Role};
use super::metrics::{Meters, Outcome};
use super::open::Opener;
use super::unit::Work;
use crate::crash_point;
use crate::fault::Fault;

pub(super) struct Lane {
    pub(super) conn: Option<Conn>,
    pub(super) opener: Arc<Opener>,
    pub(super) receiver: Receiver<Box<dyn Work>>,
    pub(super) meters: Arc<Meters>,
    pub(super) plan: Plan,
    /// When it last ran something.
    pub(super) used: Instant,
}

/// A connection that was idle for longer may have died unnoticed.
const IDLE: Duration = Duration::from_millis(500);

impl Lane {
    pub(super) fn work(mut self) {
        // A file is opened before anybody needs it, when there may be none left; here, so that a start
        // waits for few. Connections to a server are its own, and there they are few.
        if self.conn.is_none() && !self.opener.has_many_writers() {
            self.conn = self.opener.open(self.plan.role).ok();
        }
        while let Ok(first) = self.receiver.recv() {
            match self.plan.role {
                Role::Reader => self.run_alone(first),
                Role::Writer if first.is_single() && self.opener.has_many_writers() => {
                    self.replace_if_dead();
                    self.run_alone(first);
                }
                Role::Writer => self.write(first),
            }
            self.used = Instant::now();
        }
    }

    /// The unit, unless its patience is over; then it is answered.
    fn in_time(&self, unit: Box<dyn Work>) -> Option<Box<dyn Work>> {
        let (since, deadline) = unit.times();
        let now = Instant::now();
        let wait = now.duration_since(since);
        self.meters.taken(wait, self.receiver.len());
        if now > deadline {
            unit.answer(Some(Fault::overloaded(self.plan.database)));
            self.meters.ended(Outcome::Late);
            return None;
        }
        Some(unit)
    }

    fn answer(&self, unit: Box<dyn Work>, trouble: Option<Fault>) {
        self.meters.ended(unit.answer(trouble));
    }

    /// The connection, reopened when it was lost.
    fn connection(&mut self) -> Result<&mut Conn, Fault> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.opener.open(self.plan.role)?,
        };
        Ok(self.conn.insert(conn))
    }

    /// A statement that writes cannot be sent a second time when its connection turns out to be dead,
    /// as `BEGIN` can; so one that was idle for a while is asked first.
    fn replace_if_dead(&mut self) {
        if self.used.elapsed() > IDLE
            && let Some(conn) = &mut self.conn
            && conn.batch("SELECT 1").is_err()
        {
            self.conn = None;
        }
    }

    /// Without a transaction around it: a read, or a single statement.
    fn run_alone(&mut self, unit: Box<dyn Work>) {
        let Some(mut unit) = self.in_time(unit) else {
            return;
        };
        let (meters, role) = (Arc::clone(&self.meters), self.plan.role);
        match self.connection() {
            Err(fault) => self.answer(unit, Some(fault)),
            Ok(conn) => {
                let mut run = || timed(&meters, unit.as_mut(), conn);
                let kept = if role == Role::Writer {
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
                    let fault = Fault::unavailable(self.plan.database, text.clone());
                    self.answer(unit, Some(fault));
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
        let (meters, receiver) = (Arc::clone(&self.meters), self.receiver.clone());
        let mut begun = false;
        while let Some(unit) = next.take().or_else(|| receiver.try_recv().ok()) {
            let Some(mut unit) = self.in_time(unit) else {
                continue;
            };
            if !begun {
                match self.begin() {
                    Ok(()) => begun = true,
                    Err(fault) => {
                        self.answer(unit, Some(fault));
                        return Ok(());
                    }
                }
            }
            let Some(conn) = &mut self.conn else { break };
            if conn.has_many_writers() {
                let kept = timed(&meters, unit.as_mut(), conn);
                group.push(unit);
                return if kept {
                    commit(conn)
                } else {
                    conn.batch("ROLLBACK")
                };
            }
            conn.batch("SAVEPOINT unit")?;
            let kept = timed(&meters, unit.as_mut(), conn);
            group.push(unit);
            // Fails when the database gave up the whole transaction by itself (a full disk).
            conn.batch(if kept {
                "RELEASE SAVEPOINT unit"
            } else {
                "ROLLBACK TO SAVEPOINT unit; RELEASE SAVEPOINT unit"
            })?;
            if group.len() >= self.plan.group {
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

fn timed(meters: &Meters, unit: &mut dyn Work, conn: &mut Conn) -> bool {
    let began = Instant::now();
    let kept = unit.run(conn);
    meters.ran(began.elapsed());
    kept
}

fn commit(conn: &mut Conn) -> Result<(), DieselError> {
    crash_point::during(crash_point::INSIDE_COMMIT, || conn.batch("COMMIT"))
}

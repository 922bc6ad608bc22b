//! How a lane comes to its connection, and how it trusts it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Lane;
use crate::db::conn::Conn;
use crate::db::session::Session;
use crate::fault::Fault;

/// A connection that was idle for longer may have died unnoticed: the end of a session takes a few
/// milliseconds from the server's decision until it is heard here. Where connections rest so long, there
/// is time to ask; under load they do not.
const IDLE: Duration = Duration::from_millis(5);

impl Lane {
    /// Does not wait for a unit that needs the connection: the server may keep what a lost session has
    /// locked.
    pub(super) fn reconnect(&mut self) {
        if let Err(fault) = self.connect() {
            let database = self.crew.plan.database;
            tracing::debug!(database, source = ?fault, "a lost connection is not replaced yet");
        }
    }

    /// The connection, reopened when it was lost.
    pub(super) fn connection(&mut self) -> Result<&mut Conn, Fault> {
        self.distrust();
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.open()?,
        };
        Ok(self.conn.insert(conn))
    }

    /// Opens the connection before the first unit needs it.
    pub(in crate::db) fn connect(&mut self) -> Result<(), Fault> {
        self.connection().map(drop)
    }

    /// Lets the connection go when another one has fallen silent since it was opened: whatever kept
    /// that from this end may have kept it here too, and asking would cost the time that a silence
    /// takes to be noticed.
    fn distrust(&mut self) {
        if self.watch.opened_after() != self.crew.silences.load(Ordering::Relaxed) {
            self.conn = None;
        }
    }

    fn open(&self) -> Result<Conn, Fault> {
        self.go_on()?;
        let opener = &self.crew.opener;
        self.watch.opens(self.crew.silences.load(Ordering::Relaxed));
        let mut conn = opener.open(self.crew.plan.role)?;
        self.watch.listen(&mut conn);
        let session = Session::of(&mut conn)?;
        if let Some(lost) = self.watch.session() {
            let ended = lost.end(&mut conn);
            if !matches!(ended, Ok(true)) {
                tracing::debug!(?lost, ?ended, "the server keeps a session that was lost");
            }
        }
        self.watch.opened(session);
        opener.greet(&mut conn)?;
        self.go_on()?;
        Ok(conn)
    }

    /// Nothing is begun on a connection that was given up while it was opened.
    fn go_on(&self) -> Result<(), Fault> {
        if self.watch.is_given_up() {
            return Err(Fault::overloaded(self.crew.plan.database));
        }
        Ok(())
    }

    /// A unit cannot be run a second time when its connection turns out to be dead, as `BEGIN` can; so
    /// one that has ended is replaced before anything of the unit is sent. What the server has said
    /// already costs nothing to hear; one that was idle for a while is asked.
    pub(super) fn replace_if_dead(&mut self) {
        self.distrust();
        let was_idle = self.used.elapsed() > IDLE;
        if let Some(conn) = &mut self.conn
            && conn.has_many_writers()
            && (conn.has_ended() || was_idle && conn.batch("SELECT 1").is_err())
        {
            self.conn = None;
        }
    }

    /// Begins a transaction; a connection that died while it was idle is replaced once.
    pub(super) fn begin(&mut self) -> Result<(), Fault> {
        let mut last = Fault::overloaded(self.crew.plan.database);
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
                    last = Fault::unavailable(self.crew.plan.database, error);
                    self.conn = None;
                }
            }
        }
        Err(last)
    }
}

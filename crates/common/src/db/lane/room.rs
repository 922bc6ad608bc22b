//! How a lane asks for room before it changes something.

use super::Lane;
use crate::db::metrics::Outcome;
use crate::db::probe;
use crate::db::room::{Need, Takes};
use crate::db::unit::Work;
use crate::fault::Fault;

impl Lane {
    /// The unit, unless there is no room for it; then it is answered.
    pub(super) fn if_taken(
        &self,
        unit: Box<dyn Work>,
        room: Option<Takes>,
    ) -> Option<Box<dyn Work>> {
        match room.map_or(Ok(()), |room| room.check(unit.need())) {
            Ok(()) => Some(unit),
            Err(fault) => self.refuse(unit, fault),
        }
    }

    /// The same on `PostgreSQL`, which alone knows: where a change has failed, one is tried before anything
    /// new is made, which might fit into the last room that endings need.
    pub(super) fn if_the_server_has_room(&mut self, unit: Box<dyn Work>) -> Option<Box<dyn Work>> {
        if !self.crew.opener.has_many_writers()
            || unit.need() != Need::New
            || !self.crew.fails_to_change()
        {
            return Some(unit);
        }
        match self.try_a_change() {
            Ok(()) => Some(unit),
            Err(fault) => self.refuse(unit, fault),
        }
    }

    fn try_a_change(&mut self) -> Result<(), Fault> {
        let conn = self.connection()?;
        conn.batch("BEGIN")?;
        let tried = probe::change(conn).and_then(|()| Ok(conn.batch("COMMIT")?));
        if tried.is_ok() {
            self.crew.takes_changes();
        } else if conn.batch("ROLLBACK").is_err() {
            self.conn = None;
        }
        tried
    }

    /// Begins a transaction of changes that are all endings or none of them; answers what there is room for
    /// where this end knows.
    pub(super) fn begin_for(&mut self, need: Need) -> Result<Option<Takes>, Fault> {
        let opener = std::sync::Arc::clone(&self.crew.opener);
        let Some(room) = &opener.room else {
            return self.begin().map(|()| None);
        };
        if need == Need::Ending {
            room.make_way();
        }
        self.begin()?;
        let conn = self.connection()?;
        if let Some(sql) = opener.most_pages(need) {
            conn.batch(&sql)?;
        }
        Ok(Some(room.takes(conn)))
    }

    fn refuse(&self, unit: Box<dyn Work>, fault: Fault) -> Option<Box<dyn Work>> {
        if unit.answer(Some(fault)).is_some() {
            self.crew.meters.ended(Outcome::Failed);
        }
        None
    }
}

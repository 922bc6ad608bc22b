//! When sessions were last used, as this process saw it. The database learns of a use only now and
//! then, because a write for each would cost more than the request; so what it has is too coarse to say
//! which of two sessions was used before the other. Asked when a login pushes one out.

use std::collections::HashMap;

use latchkey_common::auth::SessionId;
use latchkey_common::clock::Millis;
use parking_lot::Mutex;

/// Beyond this many all are forgotten: until they are used again, what is written counts.
const MOST: usize = 100_000;

/// The latest use of each session, by the process clock.
#[derive(Default)]
pub(in crate::app) struct LastUses(Mutex<HashMap<SessionId, Millis>>);

impl LastUses {
    /// This session is being used.
    pub(in crate::app) fn note(&self, session: SessionId, now: Millis) {
        let mut uses = self.0.lock();
        if uses.len() >= MOST && !uses.contains_key(&session) {
            uses.clear();
        }
        let latest = uses.entry(session).or_insert(now);
        // What lies far ahead was noted before the clock was put back.
        if now > *latest || latest.is_of_the_future(now) {
            *latest = now;
        }
    }

    /// When it was last used, not later than now; the database says `written`.
    pub(in crate::app) fn latest(
        &self,
        session: SessionId,
        written: Millis,
        now: Millis,
    ) -> Millis {
        let noted = self.0.lock().get(&session).copied();
        // What lies far ahead is of a clock that has been put back since, and says nothing.
        let known = noted.into_iter().chain([written]);
        let credible = known.filter(|used| !used.is_of_the_future(now));
        credible.max().unwrap_or(now)
    }

    /// These have ended.
    pub(in crate::app) fn forget(&self, sessions: &[SessionId]) {
        let mut uses = self.0.lock();
        for session in sessions {
            uses.remove(session);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_later_of_noted_and_written_counts() {
        let (uses, one, now) = (LastUses::default(), SessionId(1), Millis(9));
        let latest = |written| uses.latest(one, Millis(written), now);
        assert_eq!(latest(5), Millis(5));
        uses.note(one, Millis(7));
        uses.note(one, Millis(6));
        assert_eq!(latest(5), Millis(7));
        assert_eq!(latest(8), Millis(8));
        uses.forget(&[one]);
        assert_eq!(latest(5), Millis(5));
    }

    #[test]
    fn what_a_clock_wrote_that_was_put_back_does_not_count() {
        let (uses, one, now) = (LastUses::default(), SessionId(1), Millis(9));
        let ahead = now.plus(Duration::from_hours(2));
        assert_eq!(uses.latest(one, ahead, now), now);
        uses.note(one, ahead);
        assert_eq!(uses.latest(one, Millis(5), now), Millis(5));
        uses.note(one, Millis(7));
        assert_eq!(uses.latest(one, ahead, now), Millis(7));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let uses = LastUses::default();
        for nth in 0_i64..=100_000 {
            uses.note(SessionId(nth), Millis(nth));
        }
        assert!(uses.0.lock().len() <= MOST);
    }
}

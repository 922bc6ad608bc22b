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
        *latest = now.max(*latest);
    }

    /// When it was last used; the database says `written`.
    pub(in crate::app) fn latest(&self, session: SessionId, written: Millis) -> Millis {
        let noted = self.0.lock().get(&session).copied();
        noted.map_or(written, |noted| noted.max(written))
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
    use super::*;

    #[test]
    fn the_later_of_noted_and_written_counts() {
        let (uses, one) = (LastUses::default(), SessionId(1));
        assert_eq!(uses.latest(one, Millis(5)), Millis(5));
        uses.note(one, Millis(7));
        uses.note(one, Millis(6));
        assert_eq!(uses.latest(one, Millis(5)), Millis(7));
        assert_eq!(uses.latest(one, Millis(8)), Millis(8));
        uses.forget(&[one]);
        assert_eq!(uses.latest(one, Millis(5)), Millis(5));
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

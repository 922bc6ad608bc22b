//! Which session has which streams. Everything here is synchronous, because a session's end has to
//! reach its streams before the call that ended it is answered.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::server::HangUp;
use parking_lot::Mutex;

use super::frame;
use super::renderer::Renderer;
use super::subscriber::Subscriber;

pub(super) struct Registry {
    per_session: usize,
    /// How long whoever had to make room is told to stay away.
    stay_away: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    last_id: u64,
    /// Oldest first.
    sessions: HashMap<SessionId, VecDeque<Arc<Subscriber>>>,
}

impl Registry {
    pub(super) fn new(per_session: usize, stay_away: Duration) -> Self {
        Self {
            per_session: per_session.max(1),
            stay_away,
            state: Mutex::default(),
        }
    }

    /// Enters a new stream; one too many ends the session's oldest, which is told to stay away: if it
    /// came back at once, it would end the next, and so on without end. `None` after the end for good.
    pub(super) fn open(
        &self,
        user: UserId,
        session: SessionId,
        renderer: Renderer,
        hang_up: HangUp,
    ) -> Option<Arc<Subscriber>> {
        let mut state = self.state.lock();
        if state.is_shut {
            return None;
        }
        state.last_id += 1;
        let subscriber = Subscriber::new(state.last_id, user, session, renderer, hang_up);
        let subscriber = Arc::new(subscriber);
        let streams = state.sessions.entry(session).or_default();
        while streams.len() >= self.per_session {
            if let Some(oldest) = streams.pop_front() {
                oldest.end_with(frame::farewell(self.stay_away.as_millis()));
            }
        }
        streams.push_back(Arc::clone(&subscriber));
        metrics::gauge!("latchkey_live_streams").increment(1);
        Some(subscriber)
    }

    /// Strikes a stream out.
    pub(super) fn close(&self, gone: &Subscriber) {
        let mut state = self.state.lock();
        if let Some(streams) = state.sessions.get_mut(&gone.session) {
            streams.retain(|one| one.id != gone.id);
            if streams.is_empty() {
                state.sessions.remove(&gone.session);
            }
        }
        metrics::gauge!("latchkey_live_streams").decrement(1);
    }

    pub(super) fn end_sessions(&self, sessions: &[SessionId]) {
        let mut state = self.state.lock();
        for session in sessions {
            for stream in state.sessions.remove(session).unwrap_or_default() {
                stream.end();
            }
        }
    }

    pub(super) fn end_all(&self, for_good: bool) {
        let mut state = self.state.lock();
        state.is_shut |= for_good;
        for (_, streams) in state.sessions.drain() {
            for stream in streams {
                stream.end();
            }
        }
    }

    pub(super) fn sessions(&self) -> Vec<SessionId> {
        self.state.lock().sessions.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT: Renderer = Renderer {
        contract: "silent",
        render: |_| None,
    };

    fn open(registry: &Registry) -> Option<Arc<Subscriber>> {
        registry.open(UserId(1), SessionId(7), SILENT, HangUp::default())
    }

    #[test]
    fn one_stream_too_many_ends_the_oldest() {
        let registry = Registry::new(2, Duration::from_mins(5));
        let open = || open(&registry).unwrap();
        let (first, second, third) = (open(), open(), open());
        assert!(!first.is_open() && second.is_open() && third.is_open());
        let words = first.last_words().unwrap();
        assert!(words.starts_with(b"retry: 300000\n"), "{words:?}");
        assert!(first.last_words().is_none() && second.last_words().is_none());
        registry.close(&first);
        registry.end_sessions(&[SessionId(7), SessionId(8)]);
        assert!(!second.is_open() && !third.is_open());
        assert!(registry.sessions().is_empty());
    }

    #[test]
    fn after_the_end_for_good_nobody_comes_in() {
        let registry = Registry::new(2, Duration::from_mins(5));
        registry.end_all(false);
        let stream = open(&registry).unwrap();
        registry.end_all(true);
        assert!(!stream.is_open());
        assert!(open(&registry).is_none());
    }
}

//! Not asking who does not answer.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Counts failures in a row at one address. After some of them the address is asked once a pause
/// only, so that callers learn at once what waiting would tell them, and a peer that comes back is
/// noticed within a pause.
#[derive(Debug)]
pub(super) struct Circuit {
    limit: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// When the next trial may go out; meaningful once `failures` has reached the limit.
    next_trial: Option<Instant>,
}

impl Circuit {
    pub(super) fn new(limit: u32, pause: Duration) -> Self {
        Self {
            limit,
            pause,
            state: Mutex::default(),
        }
    }

    /// True when a call may go out now. Where the circuit is open, a `true` is the one trial of
    /// this pause: a caller that vanishes with it costs a pause and nothing more.
    pub(super) fn allows(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        if state.failures < self.limit {
            return true;
        }
        let is_due = state.next_trial.is_none_or(|due| now >= due);
        if is_due {
            state.next_trial = Some(now + self.pause);
        }
        is_due
    }

    /// True while calls are held back.
    pub(super) fn is_open(&self) -> bool {
        self.state.lock().failures >= self.limit
    }

    pub(super) fn answered(&self) {
        *self.state.lock() = State::default();
    }

    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state.lock();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.limit {
            state.next_trial = Some(now + self.pause);
        }
    }
}

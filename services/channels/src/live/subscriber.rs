//! One stream as the dispatcher sees it: a short queue of ready-made bytes, and a switch that ends
//! it at once, its connection too if the client does not read. An idle stream holds no buffer.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use actix_web::web::Bytes;
use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::server::HangUp;
use parking_lot::Mutex;

use super::renderer::Renderer;

/// What may wait for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Queue {
    pub(super) events: usize,
    pub(super) bytes: usize,
}

/// One stream. Whoever ends it may be sure that nothing more is delivered.
#[derive(Debug)]
pub(super) struct Subscriber {
    /// Tells streams of one process apart.
    pub(super) id: u64,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) renderer: Renderer,
    hang_up: HangUp,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    is_open: bool,
    /// What is said after the end.
    last_words: Option<Bytes>,
    queue: VecDeque<(i64, Bytes)>,
    /// What is in the queue.
    bytes: usize,
    waker: Option<Waker>,
}

impl Subscriber {
    pub(super) fn new(
        id: u64,
        user: UserId,
        session: SessionId,
        renderer: Renderer,
        hang_up: HangUp,
    ) -> Self {
        Self {
            id,
            user,
            session,
            renderer,
            hang_up,
            state: Mutex::new(State {
                is_open: true,
                last_words: None,
                queue: VecDeque::new(),
                bytes: 0,
                waker: None,
            }),
        }
    }

    /// Queues an event with its position. A queue that is full means a client that is too slow: it is
    /// cut off, comes back and resumes. One event always fits.
    pub(super) fn push(&self, position: i64, bytes: Bytes, limit: Queue) {
        let mut state = self.state.lock();
        if !state.is_open {
            return;
        }
        let sum = state.bytes + bytes.len();
        let is_full = state.queue.len() >= limit.events || sum > limit.bytes;
        if is_full && !state.queue.is_empty() {
            metrics::counter!("latchkey_live_slow_clients_total").increment(1);
            state.end();
            self.hang_up.now();
            return;
        }
        state.bytes = sum;
        state.queue.push_back((position, bytes));
        state.wake();
    }

    /// Ends the stream; what is queued is thrown away.
    pub(super) fn end(&self) {
        self.state.lock().end();
        self.hang_up.now();
    }

    /// Ends the stream, but says this first. Nothing else is delivered.
    pub(super) fn end_with(&self, last_words: Bytes) {
        let mut state = self.state.lock();
        if state.is_open {
            state.last_words = Some(last_words);
            state.end();
        }
        drop(state);
        self.hang_up.now();
    }

    /// What is to be said after the end, once.
    pub(super) fn last_words(&self) -> Option<Bytes> {
        self.state.lock().last_words.take()
    }

    pub(super) fn is_open(&self) -> bool {
        self.state.lock().is_open
    }

    /// The next event, or `None` when the stream was ended.
    pub(super) fn poll_next(&self, cx: &Context<'_>) -> Poll<Option<(i64, Bytes)>> {
        let mut state = self.state.lock();
        if !state.is_open {
            return Poll::Ready(None);
        }
        if let Some(next) = state.queue.pop_front() {
            state.bytes -= next.1.len();
            return Poll::Ready(Some(next));
        }
        state.queue = VecDeque::new(); // an idle stream holds no buffer
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Resolves when the stream was ended.
    pub(super) fn poll_ended(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if !state.is_open {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl State {
    fn end(&mut self) {
        self.is_open = false;
        self.queue = VecDeque::new();
        self.bytes = 0;
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT: Renderer = Renderer {
        contract: "silent",
        render: |_| None,
    };

    const LIMIT: Queue = Queue {
        events: 3,
        bytes: 100,
    };

    fn subscriber() -> Subscriber {
        Subscriber::new(1, UserId(1), SessionId(1), SILENT, HangUp::default())
    }

    fn push(stream: &Subscriber, position: i64, bytes: usize) {
        stream.push(position, Bytes::from(vec![b'x'; bytes]), LIMIT);
    }

    #[test]
    fn who_is_too_slow_is_cut_off_for_events_and_for_bytes() {
        for (size, fitting) in [(1, 3), (40, 2), (100, 1), (5_000, 1)] {
            let stream = subscriber();
            for position in 1..=fitting {
                push(&stream, position, size);
                assert!(stream.is_open(), "{size} at {position}");
            }
            push(&stream, fitting + 1, size);
            assert!(!stream.is_open(), "{size}");
        }
    }

    #[test]
    fn what_was_taken_waits_no_more() {
        let stream = subscriber();
        let cx = Context::from_waker(Waker::noop());
        for position in 1..=20 {
            push(&stream, position, 90);
            let next = stream.poll_next(&cx);
            assert!(matches!(next, Poll::Ready(Some((at, _))) if at == position));
        }
    }
}

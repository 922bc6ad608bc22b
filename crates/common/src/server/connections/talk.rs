//! How far the talk with one client is: whose turn it is, since when, and until when it has time.
//! The connection itself ([`super::line`]) and the handling of its requests ([`super::exchange`])
//! both tell it here; nothing here reads or writes.
//!
//! One request at a time: nothing of the next is handed on before the answer to the last has been
//! made. So what a connection can hold is one head, a window of a body, and a piece of an answer.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::BytesMut;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::crowd::{Crowd, Place};
use super::framing::{Body, Head};
use super::losses::Loss;
use super::member::Member;
use super::state::{Over, PAUSE, Phase, State, WINDOW};
use super::terms::Terms;
use crate::auth::UserId;

/// Bytes of a body that everybody may have in memory. Only what goes beyond counts as held, so that
/// ordinary requests are served however much others hold.
const FREE: usize = 8 * 1024;

/// What an answer has for its way when the time of the body before it is over.
const LINGER: u64 = 1000;

/// The talk with one client.
pub(in crate::server) struct Talk {
    crowd: Arc<Crowd>,
    member: Arc<Member>,
    is_trusted: bool,
    terms: Terms,
    state: RefCell<State>,
}

impl Talk {
    pub(super) fn new(place: &Place, terms: Terms) -> Self {
        let now = place.crowd.now();
        let talk = Self {
            crowd: Arc::clone(&place.crowd),
            member: Arc::clone(&place.member),
            is_trusted: place.is_trusted,
            terms,
            state: RefCell::new(State {
                phase: Phase::Head {
                    head: Head::default(),
                    since: now,
                    due: now + terms.head,
                    is_kept: false,
                },
                busy_since: now,
                ahead: BytesMut::new(),
                is_ended: false,
                blocked_since: None,
                kept: 0,
                lack: None,
                is_over: false,
            }),
        };
        talk.publish(&talk.state.borrow());
        talk
    }

    pub(super) const fn state(&self) -> &RefCell<State> {
        &self.state
    }

    fn now(&self) -> u64 {
        self.crowd.now()
    }

    fn publish(&self, state: &State) {
        let since = state.waiting_since(self.is_trusted).unwrap_or(0);
        let goes_on = self.member.goes_on.load(Ordering::Relaxed);
        let busy = state.busy_since(self.is_trusted, goes_on).unwrap_or(0);
        let blocked = state.blocked_since.map(|since| since + self.terms.answer);
        let due = state.due().map(|(due, _)| due);
        let due = [due, blocked].into_iter().flatten().min().unwrap_or(0);
        self.member.waiting_since.store(since, Ordering::Relaxed);
        self.member.busy_since.store(busy, Ordering::Relaxed);
        self.member.due.store(due, Ordering::Relaxed);
    }

    fn wake(&self) {
        self.member.waker.wake();
    }

    /// How many of these bytes, which it is the [`super::state::Turn`] to take, are to be handed on. The rest has
    /// to wait.
    pub(super) fn take(&self, state: &mut State, bytes: &[u8]) -> usize {
        match &mut state.phase {
            Phase::Head {
                head,
                since,
                due,
                is_kept,
            } => {
                let (since, is_first) = (*since, head.bytes() == 0);
                if *is_kept && is_first {
                    let now = self.now();
                    *due = now + self.terms.head;
                    // A gateway's next request is another client's.
                    if self.is_trusted || now >= since + PAUSE {
                        state.busy_since = now;
                    }
                }
                if let Some(end) = head.end_in(bytes) {
                    // The time for it goes on until its request begins.
                    state.phase = Phase::Handed { since, due: *due };
                    return end;
                }
                // What a head takes beyond what nearly all do is counted, as bodies and answers are.
                if head.bytes() > FREE {
                    self.crowd.hold(&self.member, bytes.len());
                }
                let is_long = head.bytes() > self.terms.head_bytes;
                if is_long {
                    let due = self.now() + LINGER;
                    state.phase = Phase::Refused { since, due };
                }
                self.publish(state);
                if is_long { 0 } else { bytes.len() }
            }
            Phase::Body {
                body, window, due, ..
            } => {
                let taken = body.take(bytes);
                *window += taken;
                if body.is_over() {
                    let is_answered = due.is_some();
                    state.phase = if is_answered {
                        self.idle()
                    } else {
                        Phase::Answer
                    };
                    self.publish(state);
                }
                taken
            }
            Phase::Handed { .. } | Phase::Answer | Phase::Refused { .. } => 0,
        }
    }

    fn idle(&self) -> Phase {
        let now = self.now();
        Phase::Head {
            head: Head::default(),
            since: now,
            due: now + self.terms.keep_alive,
            is_kept: true,
        }
    }

    /// A request begins. `body`: what comes of it after its head.
    pub(super) fn begun(&self, body: Option<Body>) {
        let mut state = self.state.borrow_mut();
        state.kept = 0;
        state.lack = None;
        self.member.is_hung_up.store(false, Ordering::Relaxed);
        self.member.goes_on.store(false, Ordering::Relaxed);
        state.phase = match body {
            Some(body) => Phase::Body {
                body,
                window: 0,
                since: self.now(),
                due: None,
            },
            None => Phase::Answer,
        };
        self.publish(&state);
        if !state.ahead.is_empty() || state.is_ended {
            self.wake();
        }
    }

    /// Somebody reads the body and has all that has come.
    pub(super) fn is_hungry(&self) {
        let mut state = self.state.borrow_mut();
        if let Phase::Body { window, .. } = &mut state.phase {
            let was_full = *window >= WINDOW;
            *window = 0;
            if was_full {
                self.wake();
            }
        }
    }

    /// Whether there is memory to keep this much more of a body.
    pub(super) fn may_keep(&self, bytes: usize) -> bool {
        let mut state = self.state.borrow_mut();
        let before = state.kept.saturating_sub(FREE);
        state.kept = state.kept.saturating_add(bytes);
        let more = state.kept.saturating_sub(FREE) - before;
        let fits = more == 0 || self.crowd.may_hold(&self.member, more);
        state.lack = (!fits).then_some("memory for large bodies");
        fits
    }

    /// Nothing of the body is kept after all.
    pub(super) fn keeps_nothing(&self) {
        self.state.borrow_mut().kept = 0;
        self.crowd.release(&self.member, usize::MAX);
    }

    /// What there was not enough of to take in the body of the present request.
    pub(in crate::server) fn lack(&self) -> Option<&'static str> {
        self.state.borrow().lack
    }

    /// When it is not waited for the rest of a body any more, because the server stops.
    pub(super) fn hurried(&self) -> WaitForCancellationFutureOwned {
        self.crowd.hurried()
    }

    /// The body is given up for that.
    pub(super) fn gives_up(&self) {
        self.state.borrow_mut().lack = Some("the server, which stops,");
    }

    /// An answer holds so many bytes that are nobody else's.
    pub(super) fn holds(&self, bytes: usize) {
        self.crowd.hold(&self.member, bytes);
    }

    /// The answer is made to its end, if not sent.
    pub(super) fn answered(&self) {
        let mut state = self.state.borrow_mut();
        self.crowd.release(&self.member, usize::MAX);
        if let Phase::Body {
            since, due, window, ..
        } = &mut state.phase
        {
            *window = 0;
            *due = Some((*since + self.terms.body).max(self.now() + LINGER));
        } else {
            state.phase = self.idle();
        }
        self.publish(&state);
        let is_looked_at = !state.ahead.is_empty() || state.is_ended || self.member.is_asked();
        if is_looked_at || matches!(state.phase, Phase::Body { .. }) {
            self.wake();
        }
    }

    /// The answer that is made goes on by itself: it has no end that somebody could wait for.
    pub(super) fn goes_on(&self) {
        self.member.goes_on.store(true, Ordering::Relaxed);
        self.publish(&self.state.borrow());
    }

    /// Whether the connection makes room when its answer is written.
    pub(super) fn is_asked(&self) -> bool {
        self.member.is_asked()
    }

    /// The answer broke off: the client must not take it for whole.
    pub(super) fn broke_off(&self) {
        self.state.borrow_mut().is_over = true;
        self.crowd.losses().count(Loss::CutOff);
        self.wake();
    }

    /// This person was recognised over this connection.
    pub(in crate::server) fn knows(&self, person: UserId) {
        self.crowd.knows(&self.member, person);
    }

    pub(super) fn member(&self) -> Arc<Member> {
        Arc::clone(&self.member)
    }

    /// What is written is not taken (`true`), or some of it is.
    pub(super) fn is_blocked(&self, is_blocked: bool) {
        let mut state = self.state.borrow_mut();
        if state.blocked_since.is_some() != is_blocked {
            state.blocked_since = is_blocked.then(|| self.now());
            self.publish(&state);
            if is_blocked && self.member.is_hung_up.load(Ordering::Relaxed) {
                self.member.call();
            }
        }
    }

    /// How the connection is to end now, if it is. `Some` from then on.
    pub(super) fn over(&self) -> Option<Over> {
        let mut state = self.state.borrow_mut();
        if state.is_over {
            return Some(Over::Said);
        }
        // Whoever looks round or needs room calls; until then there is nothing to look at.
        if !self.member.is_called() {
            return None;
        }
        let loss = self.loss(&state)?;
        state.is_over = true;
        // What every idle connection comes to in the end; and what was said and counted already.
        if (loss == Loss::LateHead && state.is_idle()) || loss == Loss::LongHead {
            return Some(Over::Said);
        }
        self.crowd.losses().count(loss);
        Some(if loss == Loss::LateHead {
            Over::LateHead
        } else {
            Over::Said
        })
    }

    /// Why the connection is to end now.
    fn loss(&self, state: &State) -> Option<Loss> {
        let is_set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        let now = self.now();
        if self.member.is_dismissed() {
            return Some(self.crowd.why_dismissed());
        }
        if let Some(since) = state.blocked_since {
            if is_set(&self.member.is_hung_up) {
                return Some(Loss::CutOff);
            }
            if since + self.terms.answer <= now {
                return Some(Loss::Unread);
            }
        }
        let (due, loss) = state.due()?;
        (due <= now).then_some(loss)
    }
}

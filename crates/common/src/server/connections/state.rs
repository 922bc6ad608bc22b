//! The state of a talk: whose turn it is, since when, and until when. Changed by [`super::talk`] alone.

use actix_web::web::BytesMut;

use super::framing::{Body, Head};
use super::losses::Loss;

/// Bytes of a body that may be on their way to whoever reads it: what is not read waits with the
/// client.
pub(super) const WINDOW: usize = 4 * 1024;

/// For how long a client says nothing between two requests that has made a pause, in milliseconds.
pub(super) const PAUSE: u64 = 1000;

pub(super) struct State {
    pub(super) phase: Phase,
    /// Since when it has had its place without a pause: since it came, or since the first head after one.
    pub(super) busy_since: u64,
    /// Arrived, but not its turn yet.
    pub(super) ahead: BytesMut,
    /// The client says nothing more.
    pub(super) is_ended: bool,
    /// Since when the client has not taken what is written.
    pub(super) blocked_since: Option<u64>,
    /// How much of the present body is kept.
    pub(super) kept: usize,
    /// What there was not enough of for it.
    pub(super) lack: Option<&'static str>,
    pub(super) is_over: bool,
}

pub(super) enum Phase {
    /// Waits for a head.
    Head {
        head: Head,
        since: u64,
        due: u64,
        /// An answer came before.
        is_kept: bool,
    },
    /// The head was handed on; its request begins at once, or it is none.
    Handed { since: u64, due: u64 },
    /// A request with a body is handled.
    Body {
        body: Body,
        window: usize,
        since: u64,
        /// It is answered already: what comes is thrown away.
        due: Option<u64>,
    },
    /// A request that has arrived whole is handled.
    Answer,
    /// The head was too long, which was said: what comes is thrown away for a moment.
    Refused { since: u64, due: u64 },
}

/// What is to be done with what arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Handed on.
    Take,
    /// Not handed on yet.
    Wait,
    /// Handed on when the framework has looked at what it has: it takes in 128 KiB before it does.
    Pause,
    /// Thrown away.
    Discard,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// With nothing more to say.
    Said,
    /// With the answer that the head came too late.
    LateHead,
}

impl State {
    pub(super) fn turn(&self) -> Turn {
        match &self.phase {
            // Nobody reads it any more. The framework looks for the end of chunks, behind which the next
            // request is; after any other body it closes, and would keep what comes until then.
            Phase::Body {
                due: Some(_),
                body: Body::Sized(_) | Body::Endless,
                ..
            }
            | Phase::Refused { .. } => Turn::Discard,
            Phase::Head { .. } => Turn::Take,
            Phase::Body { window, .. } if *window < WINDOW => Turn::Take,
            Phase::Body { due: Some(_), .. } => Turn::Pause,
            Phase::Handed { .. } | Phase::Body { .. } | Phase::Answer => Turn::Wait,
        }
    }

    /// What was handed on has been looked at.
    pub(super) const fn looked_at(&mut self) {
        if let Phase::Body { window, .. } = &mut self.phase {
            *window = 0;
        }
    }

    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.phase, Phase::Refused { .. })
    }

    /// A request of ours is handled.
    pub(super) const fn is_handled(&self) -> bool {
        matches!(self.phase, Phase::Answer | Phase::Body { .. })
    }

    pub(super) const fn is_blocked(&self) -> bool {
        self.blocked_since.is_some()
    }

    /// Between an answer and the next head.
    pub(super) const fn is_idle(&self) -> bool {
        match &self.phase {
            Phase::Head { head, is_kept, .. } => *is_kept && head.bytes() == 0,
            Phase::Handed { .. } | Phase::Body { .. } | Phase::Answer | Phase::Refused { .. } => {
                false
            }
        }
    }

    pub(super) fn waiting_since(&self, is_trusted: bool) -> Option<u64> {
        let of_phase = match &self.phase {
            // A gateway's connection that lies there is nobody's fault; a head that it has begun comes at
            // once.
            Phase::Head { head, .. } if is_trusted && head.bytes() == 0 => None,
            Phase::Head { since, .. }
            | Phase::Handed { since, .. }
            | Phase::Body { since, .. }
            | Phase::Refused { since, .. } => Some(*since),
            Phase::Answer => None,
        };
        self.blocked_since.or(of_phase)
    }

    /// Since when it has had its place without a pause, if it may have to make room. `goes_on`: its answer does.
    pub(super) fn busy_since(&self, is_trusted: bool, goes_on: bool) -> Option<u64> {
        match &self.phase {
            Phase::Head { head, .. } if is_trusted && head.bytes() == 0 => self.blocked_since,
            Phase::Answer if goes_on => self.blocked_since,
            Phase::Head { .. }
            | Phase::Handed { .. }
            | Phase::Body { .. }
            | Phase::Answer
            | Phase::Refused { .. } => Some(self.busy_since),
        }
    }

    pub(super) fn due(&self) -> Option<(u64, Loss)> {
        match &self.phase {
            Phase::Head { due, .. } | Phase::Handed { due, .. } => Some((*due, Loss::LateHead)),
            Phase::Body { due, .. } => due.map(|due| (due, Loss::LateBody)),
            Phase::Refused { due, .. } => Some((*due, Loss::LongHead)),
            Phase::Answer => None,
        }
    }
}

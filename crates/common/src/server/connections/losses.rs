//! What the bounds of connections cost whom: counted for Prometheus, and told in the log in one line
//! a second at most, because whoever attacks chooses how often it happens.

use std::sync::atomic::{AtomicU64, Ordering};

/// A connection that the server ended or refused, or a body that it did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// A head that did not arrive in time.
    LateHead,
    /// A head of too many bytes.
    LongHead,
    /// A head that is none of HTTP.
    BadHead,
    /// A body that nobody reads and that did not end in time.
    LateBody,
    /// An answer that its client does not take.
    Unread,
    /// A live stream that was cut off, or another answer that broke off.
    CutOff,
    /// The one that had its place longest without a pause, when others came.
    MadeRoom,
    /// One that kept a server waiting that stops.
    Stopped,
    /// Refused: too many of one address.
    RefusedAddress,
    /// Refused: too many strangers.
    RefusedStranger,
    /// Refused: too many.
    Refused,
    /// A large body that there was no memory for.
    Body,
}

const ALL: [Loss; 12] = [
    Loss::LateHead,
    Loss::LongHead,
    Loss::BadHead,
    Loss::LateBody,
    Loss::Unread,
    Loss::CutOff,
    Loss::MadeRoom,
    Loss::Stopped,
    Loss::RefusedAddress,
    Loss::RefusedStranger,
    Loss::Refused,
    Loss::Body,
];

impl Loss {
    const fn word(self) -> &'static str {
        match self {
            Self::LateHead => "late_head",
            Self::LongHead => "long_head",
            Self::BadHead => "bad_head",
            Self::LateBody => "late_body",
            Self::Unread => "unread",
            Self::CutOff => "cut_off",
            Self::MadeRoom => "made_room",
            Self::Stopped => "stopped",
            Self::RefusedAddress => "refused_address",
            Self::RefusedStranger => "refused_stranger",
            Self::Refused => "refused",
            Self::Body => "body",
        }
    }
}

/// The losses at one listener.
pub(super) struct Losses {
    listener: &'static str,
    untold: [AtomicU64; ALL.len()],
}

impl Losses {
    pub(super) fn of(listener: &'static str) -> Self {
        Self {
            listener,
            untold: Default::default(),
        }
    }

    pub(super) const fn listener(&self) -> &'static str {
        self.listener
    }

    pub(super) fn count(&self, loss: Loss) {
        metrics::counter!("latchkey_connection_losses_total",
            "listener" => self.listener, "reason" => loss.word())
        .increment(1);
        for (one, untold) in ALL.iter().zip(&self.untold) {
            if *one == loss {
                untold.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Writes what has happened since the last time into the log.
    pub(super) fn report(&self) {
        if let Some(what) = self.untold() {
            tracing::warn!(listener = self.listener, %what, "connections were ended or refused");
        }
    }

    pub(super) fn untold(&self) -> Option<String> {
        let counts = ALL.iter().zip(&self.untold);
        let counts = counts.map(|(loss, untold)| (loss, untold.swap(0, Ordering::Relaxed)));
        let told = counts.filter(|(_, count)| *count > 0);
        let told = told.map(|(loss, count)| format!("{} {count}", loss.word()));
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_not_told_again() {
        let losses = Losses::of("public");
        assert_eq!(losses.untold(), None);
        for _ in 0..1000 {
            losses.count(Loss::LateHead);
        }
        losses.count(Loss::Body);
        assert_eq!(losses.untold().as_deref(), Some("late_head 1000, body 1"));
        assert_eq!(losses.untold(), None);
    }
}

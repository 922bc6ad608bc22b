//! Why Discord did not do what it was asked.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

/// Why Discord did not do what it was asked. The words are for logs and super users.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscordError {
    /// Settings are missing; nothing was asked.
    #[error("not set: {0}")]
    NotSetUp(String),
    /// A setting cannot be used; nothing was asked.
    #[error("{0} cannot be used")]
    Unusable(String),
    /// Its rate limits last longer than our deadline.
    #[error("Discord limits our rate for another {} ms", retry_after.as_millis())]
    Limited {
        /// When it may be asked again.
        retry_after: Duration,
    },
    /// It said no, or that it is broken.
    #[error("Discord answered {0}")]
    Refused(Refusal),
    /// It could not be reached; it has done nothing.
    #[error("Discord cannot be reached: {0}")]
    Unreachable(String),
    /// The connection was cut; what it did is unknown.
    #[error("the connection to Discord was cut: {0}")]
    Cut(String),
    /// It did not answer in time; what it did is unknown.
    #[error("Discord did not answer in time")]
    TooLate,
    /// It did something but did not say what.
    #[error("Discord answered {status} with something else than was asked for")]
    Garbled {
        /// The status of the answer.
        status: StatusCode,
    },
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The status.
    pub(crate) status: StatusCode,
    /// Discord's own number for it, where there is one.
    pub(crate) code: Option<i64>,
    /// Its words, cut to a line.
    pub(crate) message: Option<String>,
}

/// "Unknown invite": used up, expired or deleted.
const UNKNOWN_INVITE: i64 = 10_006;

impl Refusal {
    /// The invite is dead or never was.
    pub(crate) fn is_unknown_invite(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.code == Some(UNKNOWN_INVITE)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if let Some(code) = self.code {
            write!(f, " ({code})")?;
        }
        self.message
            .as_ref()
            .map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

impl DiscordError {
    /// True when Discord may have done what it was asked.
    pub(crate) const fn leaves_outcome_unknown(&self) -> bool {
        matches!(self, Self::Cut(_) | Self::TooLate | Self::Garbled { .. })
    }

    /// True when a failed try may be followed by another one.
    pub(super) const fn is_repeatable(&self, is_call_repeatable: bool) -> bool {
        matches!(self, Self::Unreachable(_)) || (is_call_repeatable && matches!(self, Self::Cut(_)))
    }

    /// True when the same may be done another time.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NotSetUp(_) | Self::Unusable(_) => false,
            Self::Refused(refusal) => refusal.status.is_server_error(),
            Self::Limited { .. }
            | Self::Unreachable(_)
            | Self::Cut(_)
            | Self::TooLate
            | Self::Garbled { .. } => true,
        }
    }

    /// When it makes sense to ask again, where Discord says so.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        if let Self::Limited { retry_after } = self {
            Some(*retry_after)
        } else {
            None
        }
    }
}

impl From<reqwest::Error> for DiscordError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let words = in_words(&error);
        if error.is_builder() {
            Self::Unusable(format!("the client of Discord's API ({words})"))
        } else if error.is_connect() {
            Self::Unreachable(words)
        } else {
            Self::Cut(words)
        }
    }
}

/// The error and what it comes from, in one line.
fn in_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        words.push_str(": ");
        words.push_str(&inner.to_string());
        source = inner.source();
    }
    words
}

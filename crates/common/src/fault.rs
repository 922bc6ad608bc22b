//! Trouble that is nobody's rule: the caller is unknown, the input has no sense, a limit is
//! reached, something is down, or there is a bug. A refusal *by a rule* (a name is taken, an
//! invitation is used up) does not belong here: it stands in the error enum beside its use case.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use diesel::result::Error as DieselError;

use crate::outage::is_outage;

/// A source that is kept for the log and never shown to a caller.
pub type Source = Box<dyn Error + Send + Sync>;

/// How long a caller is asked to wait when something is down (`Retry-After`).
pub const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Trouble that every call may meet, whatever it does.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No credential, or none that is alive.
    #[error("not signed in")]
    Unauthenticated,
    /// The input cannot be understood. The sentence is for the caller.
    #[error("{0}")]
    Invalid(Cow<'static, str>),
    /// A rate or a count is used up; the caller may come back after the given time.
    #[error("too many requests")]
    Busy {
        /// When a further request has a chance.
        retry_after: Duration,
    },
    /// A dependency is down, full or too slow. Nothing is known to have changed: where a change
    /// was asked for, its outcome is unknown.
    #[error("{what} is unavailable")]
    Unavailable {
        /// What is down, in a word for the log.
        what: &'static str,
        /// Why, for the log.
        source: Option<Source>,
    },
    /// A bug, or a machine that misbehaves.
    #[error("internal error: {0}")]
    Internal(Source),
}

impl Fault {
    /// Input that cannot be understood; `sentence` is shown to the caller.
    pub fn invalid(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(sentence.into())
    }

    /// `what` is down; why stands in `source`.
    pub fn unavailable(what: &'static str, source: impl Into<Source>) -> Self {
        Self::Unavailable {
            what,
            source: Some(source.into()),
        }
    }

    /// `what` is too busy to take more work.
    pub const fn overloaded(what: &'static str) -> Self {
        Self::Unavailable { what, source: None }
    }

    /// A bug or a broken machine.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// True when a change that was asked for may or may not have happened.
    pub const fn leaves_outcome_unknown(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Internal(_))
    }
}

impl From<DieselError> for Fault {
    fn from(error: DieselError) -> Self {
        if is_outage(&error) {
            Self::unavailable("database", error)
        } else {
            Self::internal(error)
        }
    }
}

/// Lets `?` turn database errors, and every other source of [`Fault`], into the `Fault` variant
/// of a use case's error enum.
#[macro_export]
macro_rules! via_fault {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$crate::db::DieselError> for $error {
            fn from(error: $crate::db::DieselError) -> Self {
                Self::Fault($crate::fault::Fault::from(error))
            }
        }
    )+};
}

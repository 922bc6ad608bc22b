//! A session: one login of a person.

use std::time::Duration;

use diesel::Queryable;
use latchkey_common::auth::SessionId;
use latchkey_common::clock::Millis;

/// A session as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Session {
    /// Its name in the list; the token is known to the client alone.
    pub(crate) id: SessionId,
    /// When the person logged in.
    pub(crate) created_at: Millis,
    /// When it was last used, to within a hundredth of its life.
    pub(crate) last_used_at: Millis,
    /// When it ends unless it is used before.
    pub(crate) expires_at: Millis,
    /// What the client called itself at login.
    pub(crate) user_agent: Option<String>,
}

/// One write in a hundredth of the life keeps a session alive: a day's use of a week's session
/// costs some fourteen writes instead of one a request, and it ends at most one per cent early.
const RENEWALS: u32 = 100;

/// How old the last use may be before it is written again.
pub(crate) fn renewal_age(life: Duration) -> Duration {
    life / RENEWALS
}

/// Characters of a client's own name that are kept: enough to tell a browser from a phone in the
/// list of sessions, not enough to store things in.
const USER_AGENT_CHARS: usize = 200;

/// What is kept of a client's name for itself; control characters and blanks at the ends go.
pub(crate) fn kept_user_agent(text: &str) -> Option<String> {
    let kept: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(USER_AGENT_CHARS)
        .collect();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_clients_are_cut_and_cleaned() {
        assert_eq!(
            kept_user_agent("  curl/8\u{1b}[0m "),
            Some("curl/8[0m".to_owned())
        );
        assert_eq!(kept_user_agent(" \t "), None);
        assert_eq!(kept_user_agent(&"x".repeat(999)).unwrap().len(), 200);
    }

    #[test]
    fn a_week_is_renewed_every_hundred_minutes() {
        assert_eq!(
            renewal_age(Duration::from_hours(168)),
            Duration::from_secs(6_048)
        );
    }
}

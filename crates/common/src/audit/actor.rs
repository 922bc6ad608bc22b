//! Who acts on others, by which way, from where, and why.

use crate::auth::{Caller, UserId};
use crate::rpc::context;
use crate::{text, text_enum};

text_enum! {
    /// By which way somebody acts.
    Way {
        /// A command of the operator.
        Operator = "operator",
        /// A page.
        Page = "page",
        /// Our own contract.
        V1 = "v1",
        /// The chat contract.
        Chat = "chat",
        /// The group contract.
        Groups = "groups",
        /// The choir contract.
        Choirs = "choirs",
        /// The namespace contract.
        Namespaces = "namespaces",
        /// The Discord contract.
        Discord = "discord",
    }
}

/// Characters of the longest reason: a few sentences.
pub const LONGEST_REASON: usize = 300;

/// Why somebody acts, in their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// A text of at most [`LONGEST_REASON`] characters in one line; of blanks alone it is none.
    ///
    /// # Errors
    /// It is longer, or has characters that no line has.
    pub fn parse(typed: &str) -> Result<Option<Self>, UnfitReason> {
        let typed = typed.trim();
        let fits = text::has_length(typed, 0, LONGEST_REASON);
        if !fits || typed.chars().any(char::is_control) {
            return Err(UnfitReason);
        }
        Ok((!typed.is_empty()).then(|| Self(typed.to_owned())))
    }
}

/// A text that is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reason is one line of at most 300 characters")]
pub struct UnfitReason;

/// Where a command of the operator comes from that no address is known of.
const SOCKET: &str = "socket";

/// Somebody who acts on others.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account and its name; `None`: the operator.
    pub(super) person: Option<(UserId, String)>,
    pub(super) way: Way,
    /// The address as far as the log shows it, or the operator's socket.
    pub(super) client: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) reason: Option<Reason>,
}

impl Actor {
    /// The operator. Whether somebody is, the listener says, and its permission makes this.
    pub fn operator(is_at_socket: bool) -> Self {
        let mut actor = Self::of(None, Way::Operator);
        if is_at_socket {
            actor.client = Some(SOCKET.to_owned());
        }
        actor
    }

    /// Somebody who is signed in.
    pub fn person(caller: &Caller, way: Way) -> Self {
        Self::account(caller.user, &caller.username, way)
    }

    /// The person of this account.
    pub fn account(user: UserId, name: &str, way: Way) -> Self {
        Self::of(Some((user, name.to_owned())), way)
    }

    fn of(person: Option<(UserId, String)>, way: Way) -> Self {
        let context = context::current();
        Self {
            person,
            way,
            client: context.as_ref().and_then(|context| context.client.clone()),
            request_id: context.map(|context| context.request_id),
            reason: None,
        }
    }

    /// The account that acts; `None`: the operator.
    pub fn user(&self) -> Option<UserId> {
        self.person.as_ref().map(|(user, _)| *user)
    }

    /// The same for this reason.
    #[must_use]
    pub fn because(self, reason: Option<Reason>) -> Self {
        Self { reason, ..self }
    }
}

impl Reason {
    /// As much of a text of another kind as fits, in one line.
    pub fn cut(text: &str) -> Option<Self> {
        let plain = |sign: char| if sign.is_control() { ' ' } else { sign };
        let line: String = text.chars().map(plain).take(LONGEST_REASON).collect();
        Self::parse(&line).ok().flatten()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line() {
        let read = |text: &str| Reason::parse(text).map(|found| found.map(|reason| reason.0));
        assert_eq!(read("  spam, twice "), Ok(Some("spam, twice".to_owned())));
        assert_eq!(read(" "), Ok(None));
        assert!(read(&"ä".repeat(LONGEST_REASON)).is_ok());
        assert_eq!(read(&"a".repeat(LONGEST_REASON + 1)), Err(UnfitReason));
        assert_eq!(read("a\nb"), Err(UnfitReason));
        let cut = |text: &str| Reason::cut(text).map(|reason| reason.0);
        assert_eq!(cut("a\nb").as_deref(), Some("a b"));
        assert_eq!(cut(&"a".repeat(400)), Some("a".repeat(LONGEST_REASON)));
        assert_eq!(cut(" \n"), None);
        assert!(
            UnfitReason
                .to_string()
                .contains(&LONGEST_REASON.to_string())
        );
    }
}

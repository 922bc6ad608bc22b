//! Requests of users to groups and offers of groups to users: which side is whose, and what each side
//! may do. One is an invitation of the kind `group` whose recipient is always the user.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::{page, text, text_enum};

use crate::domain::group::Group;
use crate::domain::invitation::{Invitation, State};
use crate::domain::kind::Direction;

/// The longest message, in characters.
pub(crate) const MAX_MESSAGE: usize = 500;

text_enum! {
    /// The word that decided a request, as it was sent (in capitals).
    Word {
        /// Yes.
        Accepted = "ACCEPTED",
        /// Yes.
        Approved = "APPROVED",
        /// No.
        Rejected = "REJECTED",
    }
}

/// A status as somebody sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusWord {
    /// No decision.
    Pending,
    /// A decision.
    Decided(Word),
}

impl StatusWord {
    /// Reads it in any case, untrimmed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let capitals = text.to_ascii_uppercase();
        if capitals == PENDING {
            return Some(Self::Pending);
        }
        Word::parse(&capitals).map(Self::Decided)
    }
}

/// The status of what nobody has decided.
pub(crate) const PENDING: &str = "PENDING";

/// The row beside the invitation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Words {
    /// What the contract shows as its id.
    pub(crate) uuid: String,
    /// What was said with it.
    pub(crate) message: Option<String>,
    /// The word that decided it.
    pub(crate) word: Option<Word>,
    /// When the message or the status changed last.
    pub(crate) updated_at: Millis,
}

/// A request or an offer with its group.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct JoinRequest {
    /// The engine's row.
    pub(crate) invitation: Invitation,
    /// The contract's row.
    pub(crate) words: Words,
    /// Where it leads.
    pub(crate) group: Group,
}

/// On which side of a request somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// It is theirs.
    Maker,
    /// It is for them to decide.
    Decider,
}

/// Bytes of JSON around a request's texts and its group: ids, times, and the person.
const AROUND: usize = 1_200;

impl JoinRequest {
    /// Bytes that it takes as JSON.
    pub(crate) fn written(&self) -> usize {
        let message = self.words.message.as_deref().map_or(0, page::written);
        AROUND + message + self.group.written()
    }

    /// The side on which `caller` stands, who administers the group or not. The user decides an
    /// offer, the group's admins a request, and nobody their own: whoever asks stays the maker even
    /// as an admin.
    pub(crate) fn side_of(&self, caller: UserId, is_admin: bool) -> Option<Side> {
        let is_user = self.invitation.recipient_id == Some(caller);
        match self.invitation.direction {
            Direction::Request if is_user => Some(Side::Maker),
            Direction::Offer if is_user => Some(Side::Decider),
            Direction::Request if is_admin => Some(Side::Decider),
            Direction::Offer if is_admin => Some(Side::Maker),
            Direction::Request | Direction::Offer => None,
        }
    }

    /// Whether the user is known to whoever stands on this side, and not by name alone: who asks has
    /// turned to the group, and who was asked has done so with their yes.
    pub(crate) fn acquaints(&self, side: Option<Side>) -> bool {
        side.is_some()
            && (self.invitation.direction == Direction::Request
                || self.invitation.state == State::Accepted)
    }

    /// Whether nobody has decided it.
    pub(crate) fn is_open(&self) -> bool {
        self.invitation.state == State::Open
    }

    /// Its status as the contract shows it.
    pub(crate) fn status(&self) -> &'static str {
        self.words.word.map_or(PENDING, Word::as_str)
    }
}

/// What somebody wants of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// A new message.
    pub(crate) message: Option<String>,
    /// A status.
    pub(crate) status: Option<StatusWord>,
}

/// What follows from a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Nothing,
    /// Its maker says something else.
    Edit(String),
    /// It is decided, perhaps with a message.
    Decide(Word, Option<String>),
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeRefusal {
    /// That side may not.
    NotAllowed,
    /// It is decided already.
    Decided,
}

impl Change {
    /// What follows when somebody on this side wants it.
    ///
    /// # Errors
    /// The maker decides nothing, the decider says something only with the answer, and what is
    /// decided stays as it is.
    pub(crate) fn step(self, side: Side, is_open: bool) -> Result<Step, ChangeRefusal> {
        let word = match self.status {
            Some(StatusWord::Decided(word)) => Some(word),
            Some(StatusWord::Pending) | None => None,
        };
        let step = match (side, word, self.message) {
            (Side::Decider, Some(word), message) => Step::Decide(word, message),
            (Side::Maker, Some(_), _) | (Side::Decider, None, Some(_)) => {
                return Err(ChangeRefusal::NotAllowed);
            }
            (Side::Maker, None, Some(message)) => Step::Edit(message),
            (_, None, None) => Step::Nothing,
        };
        let asks_for_something = step != Step::Nothing || self.status.is_some();
        if asks_for_something && !is_open {
            return Err(ChangeRefusal::Decided);
        }
        Ok(step)
    }
}

/// True for a message that is not too long; an empty one is fine.
pub(crate) fn is_message(message: &str) -> bool {
    text::has_length(message, 0, MAX_MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(message: Option<&str>, status: Option<&str>) -> Change {
        Change {
            message: message.map(str::to_owned),
            status: status.map(|word| StatusWord::parse(word).unwrap()),
        }
    }

    #[test]
    fn status_words_are_taken_in_any_case_and_untrimmed() {
        assert_eq!(
            StatusWord::parse("aCCepted"),
            Some(StatusWord::Decided(Word::Accepted))
        );
        assert_eq!(
            StatusWord::parse("approved"),
            Some(StatusWord::Decided(Word::Approved))
        );
        assert_eq!(StatusWord::parse("pending"), Some(StatusWord::Pending));
        for bad in ["", " ACCEPTED", "ACCEPTED ", "YES", "ACEITO"] {
            assert_eq!(StatusWord::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn each_side_does_its_own() {
        use ChangeRefusal::{Decided, NotAllowed};
        use Side::{Decider, Maker};

        let yes = || change(None, Some("ACCEPTED"));
        assert_eq!(yes().step(Maker, true), Err(NotAllowed));
        assert_eq!(yes().step(Maker, false), Err(NotAllowed));
        assert_eq!(
            yes().step(Decider, true),
            Ok(Step::Decide(Word::Accepted, None))
        );
        assert_eq!(yes().step(Decider, false), Err(Decided));

        let says = || change(Some("olá"), None);
        assert_eq!(says().step(Maker, true), Ok(Step::Edit("olá".to_owned())));
        assert_eq!(says().step(Maker, false), Err(Decided));
        assert_eq!(says().step(Decider, true), Err(NotAllowed));
        assert_eq!(
            change(Some("não"), Some("rejected")).step(Decider, true),
            Ok(Step::Decide(Word::Rejected, Some("não".to_owned())))
        );

        for side in [Maker, Decider] {
            for is_open in [true, false] {
                assert_eq!(Change::default().step(side, is_open), Ok(Step::Nothing));
            }
            assert_eq!(
                change(None, Some("PENDING")).step(side, true),
                Ok(Step::Nothing)
            );
            assert_eq!(
                change(None, Some("PENDING")).step(side, false),
                Err(Decided)
            );
        }
    }

    #[test]
    fn messages_may_be_empty_and_have_five_hundred_characters() {
        assert!(is_message("") && is_message(&"ã".repeat(500)));
        assert!(!is_message(&"a".repeat(501)));
    }
}

//! A link as it is stored. `Queryable` lets the store fill it by column order; which columns those
//! are is the store's business.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::{id_type, text_enum};
use uuid::Uuid;

id_type! {
    /// The number of a row, by which lists are ordered. Contracts show the UUID.
    LinkId
}

text_enum! {
    /// Where a link stands.
    State {
        /// Discord is being asked; nobody sees it yet, and there can be no second one.
        Reserved = "reserved",
        /// It was made and is the user's.
        Ready = "ready",
        /// It was never made; the user may try again.
        Released = "released",
        /// It was taken back, here and at Discord; the user may get another one.
        Revoked = "revoked",
    }
}

text_enum! {
    /// Why a reservation or a link ended.
    EndReason {
        /// Discord made no link, or did not say so.
        NotMade = "not-made",
        /// Whoever made the reservation did not come back to it.
        LeftOver = "left-over",
        /// A super user took the link back.
        TakenBack = "taken-back",
    }
}

/// What stands before a code in a link.
pub(crate) const PREFIX: &str = "https://discord.gg/";
/// Real codes have 6 to 10 characters, vanity ones up to 25.
const LONGEST_CODE: usize = 100;

/// What Discord calls an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code(String);

impl Code {
    /// `None` when the text can be no code: it goes into links and paths as it is.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let fits = (1..=LONGEST_CODE).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id that the contract shows, in its one spelling; `None` for a text that no link has.
pub(crate) fn parse_id(text: &str) -> Option<String> {
    let id = Uuid::try_parse(text).ok()?.hyphenated().to_string();
    (id == text).then_some(id)
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Link {
    /// Its number.
    pub(crate) id: LinkId,
    /// The id that the contract shows.
    pub(crate) uuid: String,
    /// For whom.
    pub(crate) user_id: UserId,
    /// Who asked for it.
    pub(crate) requested_by: UserId,
    /// Where it stands.
    pub(crate) state: State,
    /// What Discord calls it, once it is made.
    pub(crate) code: Option<String>,
    /// When it was asked for.
    pub(crate) reserved_at: Millis,
    /// When Discord had made it.
    pub(crate) made_at: Option<Millis>,
    /// When it was given back or revoked.
    pub(crate) ended_at: Option<Millis>,
    /// Who revoked it.
    pub(crate) ended_by: Option<UserId>,
    /// Why it ended.
    pub(crate) end_reason: Option<EndReason>,
}

impl Link {
    /// The link that people open; `None` while it is not made.
    pub(crate) fn url(&self) -> Option<String> {
        self.code.as_ref().map(|code| format!("{PREFIX}{code}"))
    }

    /// True while it is the user's.
    pub(crate) fn is_ready(&self) -> bool {
        self.state == State::Ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_spelling() {
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(parse_id(id).as_deref(), Some(id));
        for odd in ["", "5", "\0", &id.to_uppercase(), &id.replace('-', "")] {
            assert_eq!(parse_id(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn codes_are_plain_words() {
        for good in ["a", "hTKzmak", "fortnite-2_x", &"a".repeat(100)] {
            assert!(Code::parse(good).is_some(), "{good:?}");
        }
        for bad in ["", "a/b", "a?b", "a b", "ä", "a\n", &"a".repeat(101)] {
            assert!(Code::parse(bad).is_none(), "{bad:?}");
        }
    }
}

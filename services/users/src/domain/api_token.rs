//! An API token: what a program may do on somebody's behalf.

use latchkey_common::auth::Scopes;
use latchkey_common::clock::Millis;
use latchkey_common::{id_type, text};

id_type! {
    /// An API token in its owner's list.
    ApiTokenId
}

/// A token as its owner may see it; the token itself was shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiToken {
    /// Its name in the list.
    pub(crate) id: ApiTokenId,
    /// What its owner calls it; need not be unique.
    pub(crate) name: TokenName,
    /// What it may do.
    pub(crate) scopes: Scopes,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// When it was last used, to within an hour; `None`: never.
    pub(crate) last_used_at: Option<Millis>,
    /// When it ends; `None`: only when it is revoked.
    pub(crate) expires_at: Option<Millis>,
}

/// What a person calls a token: a [name](text::is_name) of 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenName(String);

impl TokenName {
    /// `None` when the text cannot be such a name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text::is_name(text, 1, 64).then(|| Self(text.to_owned()))
    }

    /// What stands in the database, which only ever got parsed ones.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_visible() {
        for good in ["x", "my laptop", &"a".repeat(64)] {
            assert!(TokenName::parse(good).is_some(), "{good:?}");
        }
        for bad in ["", " x", "x ", "a\0", "a\nb", "\u{3164}", &"a".repeat(65)] {
            assert!(TokenName::parse(bad).is_none(), "{bad:?}");
        }
    }
}

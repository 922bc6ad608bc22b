//! What an API token may do: words of the form `resource:permission`. Which there are is a contract's
//! to say.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A scope that a call needs, as a type: `Who<ApiToken<InviteRead>, MyError>`.
pub trait Scope: 'static {
    /// The word; empty when any live token will do.
    const WORD: &'static str;
}

/// Any live token.
#[derive(Debug)]
pub enum AnyScope {}

impl Scope for AnyScope {
    const WORD: &'static str = "";
}

/// A set of scopes. Shown in order, as a list of words in JSON and separated by blanks as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// The set of these words; `None` when one of them has not the form of a scope.
    pub fn of_words<S: AsRef<str>>(words: &[S]) -> Option<Self> {
        let set: Option<BTreeSet<String>> = words
            .iter()
            .map(|word| is_scope(word.as_ref()).then(|| word.as_ref().to_owned()))
            .collect();
        set.map(Self)
    }

    /// Reads words separated by commas or blanks; a permission without a resource belongs to the
    /// one before it (`invite:read,write namespace:read`). The empty text is the empty set.
    pub fn parse(text: &str) -> Option<Self> {
        let mut set = BTreeSet::new();
        let mut resource = None;
        for piece in text
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|piece| !piece.is_empty())
        {
            let permission = match piece.split_once(':') {
                Some((before, after)) => {
                    resource = Some(before);
                    after
                }
                None => piece,
            };
            let word = format!("{}:{permission}", resource?);
            if !is_scope(&word) {
                return None;
            }
            set.insert(word);
        }
        Some(Self(set))
    }

    /// True when `S` is in the set.
    pub fn allow<S: Scope>(&self) -> bool {
        S::WORD.is_empty() || self.0.contains(S::WORD)
    }

    /// True for the set that lets in nowhere but where any live token will do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, word) in self.words().enumerate() {
            if n > 0 {
                f.write_str(" ")?;
            }
            f.write_str(word)?;
        }
        Ok(())
    }
}

fn is_scope(word: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase());
    word.split_once(':')
        .is_some_and(|(resource, permission)| is_word(resource) && is_word(permission))
}

#[cfg(test)]
mod tests {
    use super::*;

    enum InviteWrite {}

    impl Scope for InviteWrite {
        const WORD: &'static str = "invite:write";
    }

    enum InviteDelete {}

    impl Scope for InviteDelete {
        const WORD: &'static str = "invite:delete";
    }

    #[test]
    fn both_written_forms_are_read() {
        let scopes = Scopes::parse("invite:read,write namespace:read,invite:read").unwrap();
        assert_eq!(
            scopes.to_string(),
            "invite:read invite:write namespace:read"
        );
        assert_eq!(Scopes::parse(&scopes.to_string()), Some(scopes.clone()));
        assert!(scopes.allow::<InviteWrite>() && !scopes.allow::<InviteDelete>());
        assert!(scopes.allow::<AnyScope>());
        assert_eq!(Scopes::parse(""), Some(Scopes::default()));
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        for bad in [
            "invite",
            "read",
            "invite:",
            ":read",
            "invite:read:write",
            "Invite:Read",
        ] {
            assert_eq!(Scopes::parse(bad), None, "{bad}");
            assert_eq!(Scopes::of_words(&[bad]), None, "{bad}");
        }
        assert_eq!(Scopes::of_words(&["invite:read,write"]), None);
    }
}

//! What an API token may do: words of the form `resource:permission`. The resources are those that
//! clients of the namespace contract know, so that a token "with everything" can be asked for,
//! although we serve only some of them.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

const RESOURCES: [&str; 11] = [
    "build",
    "collaborator",
    "cron",
    "image",
    "invite",
    "key",
    "namespace",
    "object",
    "user",
    "variable",
    "webhook",
];

const PERMISSIONS: [&str; 3] = ["read", "write", "delete"];

/// A scope that a call needs, as a type: `Scoped<InviteRead, MyError>`.
pub trait Scope: 'static {
    /// The word; empty when any live token will do.
    const WORD: &'static str;
}

macro_rules! scope {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Scope for $name {
            const WORD: &'static str = $word;
        }
    )+};
}

scope! {
    /// Any live token.
    AnyScope = "",
    /// See invites.
    InviteRead = "invite:read",
    /// Make and accept invites.
    InviteWrite = "invite:write",
    /// Reject and withdraw invites.
    InviteDelete = "invite:delete",
    /// See namespaces.
    NamespaceRead = "namespace:read",
    /// Make and change namespaces.
    NamespaceWrite = "namespace:write",
    /// Delete namespaces.
    NamespaceDelete = "namespace:delete",
}

/// A set of scopes. Shown in order, as a list of words in JSON and separated by blanks as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// The set of these words; `None` when one of them is no scope.
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
    word.split_once(':').is_some_and(|(resource, permission)| {
        RESOURCES.contains(&resource) && PERMISSIONS.contains(&permission)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn unknown_words_are_refused() {
        for bad in [
            "invite",
            "read",
            "invite:",
            ":read",
            "invite:admin",
            "x:read",
            "Invite:Read",
        ] {
            assert_eq!(Scopes::parse(bad), None, "{bad}");
            assert_eq!(Scopes::of_words(&[bad]), None, "{bad}");
        }
        assert_eq!(Scopes::of_words(&["invite:read,write"]), None);
    }
}

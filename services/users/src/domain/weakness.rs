//! Passwords that guessers try first.

use std::collections::HashSet;
use std::sync::LazyLock;

use latchkey_common::text;

/// The most common passwords of at least 8 characters, folded, one a line; `common_passwords.md` says where they
/// are from.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Why a password is guessed too easily.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Weakness {
    /// Everybody has it.
    #[error(
        "the password is one of the most common ones, which are guessed first; choose another one"
    )]
    Common,
    /// It is the name, maybe with digits and signs around it.
    #[error("the password is the username, which is guessed first; choose another one")]
    IsName,
}

impl Weakness {
    /// What is weak about a password of somebody with this name. Upper and lower case make no difference.
    pub(crate) fn of(password: &str, username: &str) -> Option<Self> {
        let (password, name) = (text::fold(password), text::fold(username));
        if COMMON.contains(password.as_str()) {
            return Some(Self::Common);
        }
        let is_name = password == name || !bare(&name).is_empty() && bare(&password) == bare(&name);
        is_name.then_some(Self::IsName)
    }
}

/// Without digits and signs at either end.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_weak() {
        for common in [
            "password",
            "PassWord",
            "12345678",
            "qwertyuiop",
            "\u{ff50}assword1",
            "iloveyou",
        ] {
            assert_eq!(
                Weakness::of(common, "anna"),
                Some(Weakness::Common),
                "{common:?}"
            );
        }
        for name in [
            "Annabella",
            "annabella",
            "annabella1",
            "!Annabella2024!",
            "ANNABELLA\u{fe0f}",
        ] {
            assert_eq!(
                Weakness::of(name, "annabella"),
                Some(Weakness::IsName),
                "{name:?}"
            );
            assert_eq!(
                Weakness::of(name, "Annabella7"),
                Some(Weakness::IsName),
                "{name:?}"
            );
        }
        assert_eq!(Weakness::of("19841984", "19841984"), Some(Weakness::IsName));
        for strong in [
            "correct horse",
            "annabella is here",
            "        ",
            "19841985",
            "anna-anna",
        ] {
            assert_eq!(Weakness::of(strong, "annabella"), None, "{strong:?}");
        }
    }

    #[test]
    fn the_list_is_as_it_is_compared() {
        assert!(COMMON.len() > 2_500);
        for word in COMMON.iter() {
            assert!(
                text::has_length(word, 8, 256) && text::fold(word) == *word,
                "{word:?}"
            );
        }
        // The document of the chat contract makes its first account with it.
        assert_eq!(Weakness::of("password123", "John11"), None);
    }
}

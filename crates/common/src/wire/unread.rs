//! What of a body or a query cannot be read, and where: which member it is, in our words and without anything of the
//! input.

use std::fmt;

use serde_path_to_error::{Error, Path};

/// A name that is longer than this, or made of other signs than ours are, was not given by us.
const LONGEST: usize = 100;

/// What a reader of ours begins its words with that knows itself which member is unfit; the name and a backtick follow.
pub(crate) const UNFIT: &str = "unfit field `";

/// Why something cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// All of it, in a sentence.
    pub sentence: &'static str,
    /// The member that is wrong; `None`: it is not about one.
    pub member: Option<BadMember>,
}

/// A member that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadMember {
    /// Where it stands, with points between levels and the places of lists in brackets: `toRemove[2].channelId`.
    pub name: String,
    /// What is wrong with it.
    pub what: Wrong,
}

/// What is wrong with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// It stands there more than once.
    Repeated,
    /// Its value is of another type, or beyond what may stand there.
    Unfit,
}

impl Wrong {
    /// The rest of a sentence about the member.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::Repeated => "stands there more than once",
            Self::Unfit => "is of a wrong type, or out of bounds",
        }
    }
}

impl From<&'static str> for Unread {
    fn from(sentence: &'static str) -> Self {
        Self {
            sentence,
            member: None,
        }
    }
}

impl fmt::Display for BadMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.what.words())
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.member {
            None => f.write_str(self.sentence),
            Some(member) => write!(f, "{} ({member})", self.sentence),
        }
    }
}

impl BadMember {
    /// The member that the reader stopped at. What it says of one that is missing or repeated names it.
    pub(super) fn of<E: fmt::Display>(error: &Error<E>) -> Option<Self> {
        let said = error.inner().to_string();
        let above = error.path();
        let named = |begin: &str| said.strip_prefix(begin)?.split('`').next();
        let (name, what) = if let Some(name) = named("missing field `") {
            (below(above, name), Wrong::Missing)
        } else if let Some(name) = named("duplicate field `") {
            (below(above, name), Wrong::Repeated)
        } else if let Some(name) = named(UNFIT) {
            (below(above, name), Wrong::Unfit)
        } else if is_all(above) {
            return None;
        } else {
            (above.to_string(), Wrong::Unfit)
        };
        let is_ours = name.len() <= LONGEST
            && name.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'[' | b']')
            });
        is_ours.then_some(Self { name, what })
    }
}

fn is_all(path: &Path) -> bool {
    path.iter().next().is_none()
}

fn below(above: &Path, name: &str) -> String {
    if is_all(above) {
        name.to_owned()
    } else {
        format!("{above}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Wish {
        id: i64,
        list: Option<Vec<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        to: String,
    }

    fn wrong(json: &str) -> Option<(String, Wrong)> {
        let mut from = serde_json::Deserializer::from_str(json);
        let read: Result<Wish, _> = serde_path_to_error::deserialize(&mut from);
        BadMember::of(&read.unwrap_err()).map(|it| (it.name, it.what))
    }

    #[test]
    fn the_member_is_named() {
        for (json, name, what) in [
            ("{}", "id", Wrong::Missing),
            (r#"{"id": "x"}"#, "id", Wrong::Unfit),
            (r#"{"id": 1, "id": 2}"#, "id", Wrong::Repeated),
            (
                r#"{"id": 1, "list": [{"to": "a"}, {}]}"#,
                "list[1].to",
                Wrong::Missing,
            ),
            (
                r#"{"id": 1, "list": [{"to": 1}]}"#,
                "list[0].to",
                Wrong::Unfit,
            ),
            (r#"{"id": 1, "list": 1}"#, "list", Wrong::Unfit),
        ] {
            assert_eq!(wrong(json), Some((name.to_owned(), what)), "{json}");
        }
        assert_eq!(wrong("[]"), None);
    }
}

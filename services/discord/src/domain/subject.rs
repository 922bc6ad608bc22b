//! Whose link a call is about, and who may say so: everybody for themselves, a super user for
//! anybody.

use latchkey_common::auth::UserId;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asker {
    /// The account.
    pub(crate) user: UserId,
    /// True for those who may act for others.
    pub(crate) is_super_user: bool,
}

/// Somebody asked for another one without being a super user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only a super user may act for others")]
pub(crate) struct NotSuperUser;

/// Whose link is meant by `wanted` (nobody in particular is the asker). `None`: a super user named
/// something that no account can have for an id.
pub(crate) fn subject(asker: Asker, wanted: Option<&str>) -> Result<Option<UserId>, NotSuperUser> {
    match wanted.map(parse) {
        None => Ok(Some(asker.user)),
        Some(Some(user)) if user == asker.user => Ok(Some(user)),
        Some(other) if asker.is_super_user => Ok(other),
        Some(_) => Err(NotSuperUser),
    }
}

/// An id of this contract is the account's number as text, in its one spelling: `07` is not 7.
fn parse(text: &str) -> Option<UserId> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(UserId(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(is_super_user: bool) -> Asker {
        Asker {
            user: UserId(7),
            is_super_user,
        }
    }

    #[test]
    fn everybody_acts_for_themselves() {
        for is_super in [false, true] {
            assert_eq!(subject(asker(is_super), None), Ok(Some(UserId(7))));
            assert_eq!(subject(asker(is_super), Some("7")), Ok(Some(UserId(7))));
        }
    }

    #[test]
    fn a_super_user_acts_for_anybody() {
        assert_eq!(subject(asker(true), Some("8")), Ok(Some(UserId(8))));
        assert_eq!(subject(asker(false), Some("8")), Err(NotSuperUser));
    }

    #[test]
    fn what_is_no_id_is_somebody_else() {
        for odd in [
            "",
            "07",
            "+7",
            " 7",
            "7 ",
            "7.0",
            "７",
            "x",
            "\0",
            "99999999999999999999",
        ] {
            assert_eq!(subject(asker(true), Some(odd)), Ok(None), "{odd:?}");
            assert_eq!(subject(asker(false), Some(odd)), Err(NotSuperUser));
        }
    }
}

//! Ids as this contract shows them: a word that says of what, and the row's number (`inv_981`). Opaque to
//! clients, readable in logs and on the command line. None is a secret: what one may not see is 404.

use std::fmt;
use std::marker::PhantomData;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Of what an id is.
pub trait Noun: 'static {
    /// The word before the number.
    const WORD: &'static str;
}

/// An id of an `N`.
pub struct Id<N>(i64, PhantomData<fn() -> N>);

impl<N: Noun> Id<N> {
    /// The id of the row with this number.
    pub fn of(number: impl Into<i64>) -> Self {
        Self(number.into(), PhantomData)
    }

    /// The row's number.
    pub const fn number(&self) -> i64 {
        self.0
    }

    /// Reads one; each has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(N::WORD)?.strip_prefix('_')?;
        let is_plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_plain)?;
        Some(Self(number, PhantomData))
    }
}

impl<N: Noun> fmt::Display for Id<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", N::WORD, self.0)
    }
}

impl<N: Noun> fmt::Debug for Id<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<N> Clone for Id<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Id<N> {}

impl<N> PartialEq for Id<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<N> Eq for Id<N> {}

impl<N: Noun> Serialize for Id<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, N: Noun> Deserialize<'de> for Id<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("no such id"))
    }
}

macro_rules! nouns {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Noun for $name {
            const WORD: &'static str = $word;
        }
    )+};
}

nouns! {
    /// A person's account.
    Account = "acc",
    /// A channel.
    Channel = "chn",
    /// A group.
    Group = "grp",
    /// A namespace.
    Namespace = "nsp",
    /// An invitation.
    Invitation = "inv",
    /// A secret that opens an invitation.
    Secret = "sec",
    /// A use of an invitation.
    Redemption = "red",
    /// A wish to be let in.
    Request = "req",
    /// Somebody's being in something.
    Membership = "mbr",
    /// Something that happened.
    Event = "evt",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = Id::<Invitation>::parse("inv_981").unwrap();
        assert_eq!((id.number(), id.to_string().as_str()), (981, "inv_981"));
        assert_eq!(Id::<Invitation>::of(981_i64), id);
        for bad in [
            "",
            "981",
            "inv",
            "inv_",
            "inv_0",
            "inv_01",
            "inv_-1",
            "inv_+1",
            "inv_1 ",
            "INV_1",
            "acc_1",
            "inv_9223372036854775808",
            "inv_1_1",
            "inv__1",
        ] {
            assert!(Id::<Invitation>::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"inv_981\"");
        assert_eq!(
            serde_json::from_str::<Id<Invitation>>("\"inv_981\"").unwrap(),
            id
        );
    }
}

//! What the choir contract adds: an id that sorts by time and cannot be guessed, and keys that stand
//! for a trusted service. Creator, invitee and choir are the choir platform's own texts; nothing
//! here looks into them.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::id_type;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::text::has_length;

use crate::domain::invitation::{InvitationId, State};

id_type! {
    /// A key, as its owner's list shows it.
    ChoirKeyId
}

/// The digits of ids, in the order in which they sort as text.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 62;
/// Digits of the time in milliseconds: enough until the year 8888.
const TIME_DIGITS: usize = 8;
/// Digits that nobody can guess: 142 random bits.
const RANDOM_DIGITS: usize = 24;

/// How many random bytes [`PublicId::new`] needs. One byte in 32 is thrown away, so that every
/// digit is equally likely; twice as many as digits never run out.
pub(crate) const ID_RANDOMNESS: usize = 2 * RANDOM_DIGITS;

/// The id that the contract shows: 32 letters and digits, the time first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicId(String);

impl PublicId {
    /// The id of an invitation that is made `now`. `None`: the random bytes ran out.
    pub(crate) fn new(now: Millis, random: &[u8; ID_RANDOMNESS]) -> Option<Self> {
        let mut rest = u64::try_from(now.0).unwrap_or(0);
        let mut time = Vec::with_capacity(TIME_DIGITS);
        for _ in 0..TIME_DIGITS {
            time.push(digit(usize::try_from(rest % BASE).ok()?)?);
            rest /= BASE;
        }
        let random = random
            .iter()
            .filter_map(|byte| digit(usize::from(byte & 63)));
        let id: String = time
            .into_iter()
            .rev()
            .chain(random.take(RANDOM_DIGITS))
            .collect();
        Self::parse(&id)
    }

    /// The id, if the text has the form of one. What has not names nothing.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == TIME_DIGITS + RANDOM_DIGITS
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn digit(value: usize) -> Option<char> {
    DIGITS.get(value).copied().map(char::from)
}

/// The longest creator, invitee, choir id and name of a key, in characters.
pub(crate) const MAX_TEXT: usize = 1_000;
/// The longest name of a key, in characters.
pub(crate) const MAX_KEY_NAME: usize = 100;

/// What the platform says about an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChoirTexts {
    /// A user of the platform.
    pub(crate) creator: String,
    /// The recipient, an e-mail address as a rule; empty for nobody in particular.
    pub(crate) invitee: String,
    /// A choir of the platform; empty for none.
    pub(crate) choir_id: String,
    /// A user of the platform whom it is about; empty for nobody.
    pub(crate) user_id: String,
}

impl ChoirTexts {
    /// True when there is a creator, no text is longer than [`MAX_TEXT`], and none has a NUL.
    pub(crate) fn fits(&self) -> bool {
        let texts = [&self.creator, &self.invitee, &self.choir_id, &self.user_id];
        !self.creator.is_empty()
            && texts
                .iter()
                .all(|text| has_length(text, 0, MAX_TEXT) && !text.contains('\0'))
    }

    /// True when it is for somebody in particular and into a choir.
    pub(crate) fn is_into_a_choir(&self) -> bool {
        !self.invitee.is_empty() && !self.choir_id.is_empty()
    }
}

/// An invitation as this contract sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct ChoirInvitation {
    /// Its number in the engine.
    pub(crate) invitation: InvitationId,
    /// The id that is shown.
    pub(crate) id: String,
    /// A user of the platform.
    pub(crate) creator: String,
    /// The recipient; may be empty.
    pub(crate) invitee: String,
    /// A choir of the platform; may be empty.
    pub(crate) choir_id: String,
    /// A user of the platform whom it is about; may be empty.
    pub(crate) user_id: String,
    /// By which key it was made; `None`: by the operator's command.
    pub(crate) key: Option<ChoirKeyId>,
    /// When a check told that it has expired.
    pub(crate) purged_at: Option<Millis>,
    /// Where it stands in the engine.
    pub(crate) state: State,
    /// When it ends by itself.
    pub(crate) expires_at: Millis,
    /// Whether that is over, by the database's clock.
    pub(crate) is_over: bool,
}

/// What a check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is good.
    Valid,
    /// Its time has passed, and nobody was told yet.
    Expired,
    /// It is final.
    Gone,
}

impl ChoirInvitation {
    /// What a check says of it.
    pub(crate) const fn standing(&self) -> Standing {
        match (self.state, self.is_over, self.purged_at) {
            (State::Open, false, None) => Standing::Valid,
            // The job may have written the expiry down before anybody asked.
            (State::Open | State::Expired, true, None) => Standing::Expired,
            _ => Standing::Gone,
        }
    }
}

/// A key, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct ChoirKey {
    /// Its number.
    pub(crate) id: ChoirKeyId,
    /// Whose; `None`: the operator's.
    pub(crate) owner: Option<UserId>,
    /// What its owner calls it.
    pub(crate) name: String,
    /// When it was made.
    pub(crate) created_at: Millis,
}

/// What stands before every key, so that a key is known for one where it does not belong.
const KEY_PREFIX: &str = "choir";

/// The key as it is shown once: its number finds the row, its secret is compared with the hash.
pub(crate) fn key_text(id: ChoirKeyId, secret: &Secret) -> Secret {
    Secret::new(format!("{KEY_PREFIX}_{id}_{}", secret.expose()))
}

/// The number and the hash of the secret in a text that has the form of a key.
pub(crate) fn read_key(text: &str) -> Option<(ChoirKeyId, TokenHash)> {
    let mut parts = text.splitn(3, '_');
    let (prefix, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    if prefix != KEY_PREFIX || !is_number || secret.is_empty() {
        return None;
    }
    Some((ChoirKeyId(id.parse().ok()?), TokenHash::of(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_use_no_biased_bytes() {
        let id = |at: i64, byte: u8| PublicId::new(Millis(at), &[byte; ID_RANDOMNESS]);
        let early = id(1_592_451_120_993, 61).unwrap();
        let late = id(1_592_451_120_994, 0).unwrap();
        assert_eq!(early.as_str().len(), 32);
        assert!(early.as_str().ends_with("zzz") && early.as_str() < late.as_str());
        assert!(id(1_592_451_120_994 * 62, 0).unwrap().as_str() > late.as_str());
        assert_eq!(id(0, 62), None, "62 and 63 are no digits");
        assert_eq!(PublicId::parse(late.as_str()), Some(late));
        for bad in [
            "",
            "a",
            "a\0",
            &"-".repeat(32),
            &"a".repeat(33),
            &"ä".repeat(16),
        ] {
            assert_eq!(PublicId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn keys_are_read_back() {
        let secret = Secret::new("a_b-c");
        let text = key_text(ChoirKeyId(7), &secret);
        let read = read_key(text.expose());
        assert_eq!(read, Some((ChoirKeyId(7), TokenHash::of("a_b-c"))));
        for bad in [
            "",
            "choir",
            "choir_7",
            "choir_7_",
            "choir_-7_x",
            "choir_+7_x",
            "choir__x",
            "x_7_x",
            "choir_99999999999999999999_x",
        ] {
            assert_eq!(read_key(bad), None, "{bad}");
        }
    }
}

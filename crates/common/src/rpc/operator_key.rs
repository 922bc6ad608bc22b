//! The operator's key as a service knows it: by a hash. Whoever reads what a service has cannot run a
//! command with it; the key itself lies where commands are run.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::fault::Fault;
use crate::secret::{Secret, TokenHash};

/// The fewest characters of an operator's key: 128 bits as hexadecimal digits.
const KEY_CHARS: usize = 32;

/// SHA-256 of an operator's key. A fast hash is enough: the key is made of random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorHash(TokenHash);

impl OperatorHash {
    /// The hash of `key`.
    ///
    /// # Errors
    /// `Invalid` when the key is too short to be one.
    pub fn of(key: &Secret) -> Result<Self, Fault> {
        if key.expose().len() < KEY_CHARS {
            return Err(Fault::invalid(format!(
                "LATCHKEY_OPERATOR_KEY must have at least {KEY_CHARS} characters"
            )));
        }
        Ok(Self(TokenHash::of(key.expose())))
    }

    /// A hash as the settings have it: 64 hexadecimal digits, or base64.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn parse(text: &Secret) -> Result<Self, Fault> {
        let text = text.expose().trim();
        let bytes = from_hex(text)
            .or_else(|| STANDARD.decode(text).ok())
            .or_else(|| URL_SAFE.decode(text).ok());
        let hash: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        hash.map(|hash| Self(TokenHash::from_bytes(hash)))
            .ok_or_else(|| {
                Fault::invalid(
                    "LATCHKEY_OPERATOR_KEY_HASH must be SHA-256 of the operator's key, as 64 \
                     hexadecimal digits or as base64",
                )
            })
    }

    /// True for the hash of the key that a caller shows, in a time that does not depend on where they
    /// differ.
    pub(super) fn is(&self, shown: &TokenHash) -> bool {
        shown.is(self.0.as_bytes())
    }
}

/// Hexadecimal digits, as `sha256sum` prints them.
impl fmt::Display for OperatorHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    /// `printf %s 0123456789abcdef0123456789abcdef | sha256sum`
    const HEX: &str = "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9";

    #[test]
    fn a_hash_is_read_in_either_form() {
        let of = OperatorHash::of(&Secret::new(KEY)).unwrap();
        let hex = of.to_string();
        assert_eq!(hex, HEX);
        let base64 = STANDARD.encode(of.0.as_bytes());
        for text in [&hex, &hex.to_uppercase(), &base64, &format!("{hex}\n")] {
            assert_eq!(OperatorHash::parse(&Secret::new(text)).unwrap(), of);
        }
        for bad in [
            "",
            KEY,
            &hex.replacen('3', "", 1),
            &format!("{hex}00"),
            &hex.replace('0', "g"),
        ] {
            assert!(OperatorHash::parse(&Secret::new(bad)).is_err(), "{bad}");
        }
        assert!(OperatorHash::of(&Secret::new("short")).is_err());
    }
}

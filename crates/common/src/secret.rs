//! Secrets: made here, shown once, kept as a hash. Nothing in this module prints one.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::fault::Fault;

/// How many random bytes a token has: 256 bits.
pub const TOKEN_BYTES: usize = 32;

/// How long a token is as text: URL-safe base64 with padding, as the chat contract shows it.
pub const TOKEN_CHARS: usize = 44;

/// A text that must not reach a log: `Debug` shows that it is there, nothing of it. Its memory is wiped when it is
/// dropped.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text that came from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// SHA-256 of a token: what is stored and compared. A fast hash is enough, because a token has 256
/// random bits; passwords go through Argon2id instead.
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of what a caller presented.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// A hash that was kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Compares with a stored hash in a time that does not depend on where they differ.
    pub fn is(&self, stored: &[u8]) -> bool {
        self.0.as_slice().ct_eq(stored).into()
    }

    /// As hexadecimal digits, where a text is wanted.
    pub fn hex(&self) -> String {
        let mut text = String::with_capacity(2 * self.0.len());
        for byte in self.0 {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// The bytes for the column.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(***)")
    }
}

/// `N` bytes from the operating system's generator.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::internal(error.to_string()))?;
    Ok(bytes)
}

/// A new token of 256 random bits and the hash to store for it.
pub fn new_token() -> Result<(Secret, TokenHash), Fault> {
    let text = URL_SAFE.encode(random_bytes::<TOKEN_BYTES>()?);
    let hash = TokenHash::of(&text);
    Ok((Secret(text), hash))
}

/// Compares two secrets in a time that does not depend on where they differ.
pub fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_44_characters_and_never_alike() {
        let (one, hash) = new_token().unwrap();
        let (two, _) = new_token().unwrap();
        assert_eq!(one.expose().len(), TOKEN_CHARS);
        assert!(!same(one.expose(), two.expose()));
        assert_eq!(TokenHash::of(one.expose()), hash);
        assert!(hash.is(hash.as_bytes()) && !hash.is(&[0; 32]) && !hash.is(&[]));
    }

    #[test]
    fn what_is_dropped_is_wiped() {
        fn is_wiped<T: ZeroizeOnDrop>() {}
        is_wiped::<Secret>();
        is_wiped::<chacha20poly1305::XChaCha20Poly1305>();
    }

    #[test]
    fn debug_shows_nothing() {
        let (token, hash) = new_token().unwrap();
        assert_eq!(format!("{token:?} {hash:?}"), "Secret(***) TokenHash(***)");
    }
}

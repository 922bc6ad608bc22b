//! A secret that opens an invitation, and what its text looks like.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::Queryable;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TOKEN_BYTES, TokenHash, random_bytes};

use crate::domain::invitation::{InvitationId, SecretId};

/// What stands before a secret, so that scanners for secrets in code find it.
const PREFIX: &str = "lki_";

/// A row of the table; the secret itself was shown once.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct SecretRow {
    /// Its number.
    pub(crate) id: SecretId,
    /// What it opens.
    pub(crate) invitation_id: InvitationId,
    /// What its maker calls it.
    pub(crate) label: Option<String>,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// Since when it opens nothing.
    pub(crate) revoked_at: Option<Millis>,
}

/// A new secret of 256 random bits, and the hash to store for it.
pub(crate) fn new_secret() -> Result<(Secret, TokenHash), Fault> {
    let bytes = random_bytes::<TOKEN_BYTES>()?;
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let hash = TokenHash::of(&text);
    Ok((Secret::new(text), hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_and_says_what_it_is() {
        let (one, hash) = new_secret().unwrap();
        let (two, _) = new_secret().unwrap();
        assert_ne!(one, two);
        let bare = one.expose().strip_prefix(PREFIX).unwrap();
        assert_eq!(bare.len(), 43);
        assert_eq!(TokenHash::of(one.expose()), hash);
    }
}

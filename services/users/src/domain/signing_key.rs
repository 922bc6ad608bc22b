//! A key that signs tokens, as the operator may see it.

use latchkey_common::auth::jwt::SigningAlgorithm;
use latchkey_common::clock::Millis;

/// A key pair without its private half.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct SigningKeyInfo {
    /// Its id, in every token that it signed.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// When it was made.
    pub created_at: Millis,
    /// Since when it signs nothing any more; `None`: this is the one that signs.
    pub retired_at: Option<Millis>,
    /// When the last token that it signed ends; 0: it signed none.
    pub tokens_end_at: Millis,
}

//! A key that signs tokens, as the operator may see it.

use latchkey_common::auth::jwt::SigningAlgorithm;
use latchkey_common::clock::Millis;

/// A key pair without its private half.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub(crate) struct SigningKeyInfo {
    /// Its id, in every token that it signed.
    pub(crate) kid: String,
    /// What it signs with.
    pub(crate) algorithm: SigningAlgorithm,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// Since when it signs; `None`: it is published and waits until it is known everywhere.
    pub(crate) signs_since: Option<Millis>,
    /// Since when it signs nothing any more; `None`: it signs, or will.
    pub(crate) retired_at: Option<Millis>,
    /// When the last token that it signed ends; 0: it signed none.
    pub(crate) tokens_end_at: Millis,
}

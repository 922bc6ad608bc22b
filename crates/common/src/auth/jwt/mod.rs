//! Signed tokens (JWT). Each contract that has them has a kind of its own ([`TokenKind`]); they differ in
//! `typ`, in audience and in the claim that names the person, so that one is worthless in the other
//! contract. A site may configure an issuer of its own for one contract ([`IssuerSettings`]).
//!
//! Which key checks a token is decided once, by its `typ`, and no other key is tried after it; a key
//! is good for exactly one algorithm.

mod issuer;
pub(super) mod keys;
mod sign;
mod verify;

use actix_web::HttpRequest;

pub use self::issuer::IssuerSettings;
pub use self::keys::{KEY_PAUSE, KeyCache, VerifyingKey};
pub use self::sign::{Issued, NewKey, SigningKey, Stamp};
pub use self::verify::Verifier;

use super::tokens::{Subject, TokenCaller};
use super::who::Refused;
use crate::clock::SKEW;

/// What our own tokens name as their issuer. Not the public URL: that may change, and tokens stay.
pub const ISSUER: &str = "latchkey";

/// How far the clocks of two machines may be apart, in seconds.
pub const LEEWAY_SECONDS: i64 = SKEW.as_secs().cast_signed();

/// The claim of our own tokens that names the session which a token was made out of. One that the
/// operator made has none.
const SESSION_CLAIM: &str = "sid";

/// What begins the `typ` of all our own tokens.
const OWN_TYP_PREFIX: &str = "latchkey-";

crate::text_enum! {
    /// How tokens are signed.
    SigningAlgorithm {
        /// Ed25519.
        EdDsa = "EdDSA",
        /// RSA with SHA-256, 2048 bits.
        Rs256 = "RS256",
    }
}

impl SigningAlgorithm {
    const fn jwt(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

/// A kind of signed token, as a type. It is a credential, which needs its `web::Data<Verifier<Self>>`
/// in the app.
pub trait TokenKind: 'static {
    /// The header's `typ`.
    const TYP: &'static str;
    /// The audience.
    const AUDIENCE: &'static str;
    /// The claim that names the person.
    const CLAIM: &'static str;

    /// The claim by which a site's own issuer says that somebody else acts in a person's name, where the
    /// contract has one. Such a token is meant for looking at what that person sees; here it is refused.
    const IMPERSONATION: Option<&'static str> = None;

    /// Whom the claim's value names; `None` when it cannot name anybody.
    fn subject(value: &str) -> Option<Subject>;

    /// What the claim says of this person.
    fn claim_of(caller: &TokenCaller) -> String;

    /// The text of the token that a request shows.
    fn read(req: &HttpRequest) -> Result<&str, Refused>;
}

#[cfg(test)]
mod tests;

//! Signing: making key pairs and tokens. Used by the users service alone.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Map, Value};

use super::{ISSUER, SESSION_CLAIM, SigningAlgorithm, TokenKind};
use crate::auth::SessionId;
use crate::auth::tokens::TokenCaller;
use crate::clock::Millis;
use crate::fault::Fault;
use crate::secret::Secret;

/// A key pair that was just made.
#[derive(Debug)]
pub struct NewKey {
    /// The thumbprint of the public key (RFC 7638).
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// PKCS #8 as PEM; to be sealed.
    pub private: Secret,
    /// The public key as JSON, for the published set.
    pub public: String,
}

/// A private key, ready to sign.
pub struct SigningKey {
    kid: String,
    algorithm: SigningAlgorithm,
    key: EncodingKey,
}

/// Where a token stands among those of its account.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// When it is made.
    pub at: Millis,
    /// Up to when the account's tokens have ended; ahead of `at` where the clock was put back.
    pub ended: Millis,
    /// How often they have ended.
    pub era: i64,
}

/// A signed token.
#[derive(Debug)]
pub struct Issued {
    /// The token.
    pub token: Secret,
    /// When it ends; whole seconds, as the token says.
    pub expires_at: Millis,
}

impl SigningKey {
    /// Makes a key pair. An RSA pair takes some tenths of a second: not on a worker thread.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<NewKey, Fault> {
        let der = match algorithm {
            SigningAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().map_err(broken)?;
                pair.to_pkcs8v1().map_err(broken)?.as_ref().to_vec()
            }
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(broken)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(broken)?;
                der.as_ref().to_vec()
            }
        };
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der)
        );
        let key = encoding_key(algorithm, &pem)?;
        let mut jwk = Jwk::from_encoding_key(&key, algorithm.jwt()).map_err(broken)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(broken)?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(NewKey {
            kid,
            algorithm,
            private: Secret::new(pem),
            public: serde_json::to_string(&jwk).map_err(Fault::internal)?,
        })
    }

    /// Takes a stored key.
    pub fn open(kid: String, algorithm: SigningAlgorithm, private: &Secret) -> Result<Self, Fault> {
        let key = encoding_key(algorithm, private.expose())?;
        Ok(Self {
            kid,
            algorithm,
            key,
        })
    }

    /// Its id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs a token of the kind `K` for `caller`, over after `life_s` seconds, which may be negative. When
    /// it was made is in it for everybody (`iat`, whole seconds) and for ourselves: the account's era
    /// (`era`), and milliseconds (`ims`) that are always behind the last end of its tokens.
    /// It ends with `session`, if it was made out of one.
    pub fn sign<K: TokenKind>(
        &self,
        caller: &TokenCaller,
        stamp: Stamp,
        life_s: i64,
        session: Option<SessionId>,
    ) -> Result<Issued, Fault> {
        let issued = stamp.at.seconds();
        let behind = stamp.at.0.max(stamp.ended.0.saturating_add(1));
        let expires = issued.saturating_add(life_s);
        let mut claims: Map<String, Value> = [
            ("iss", ISSUER.into()),
            ("aud", K::AUDIENCE.into()),
            (K::CLAIM, K::claim_of(caller).into()),
            ("iat", issued.into()),
            ("ims", behind.into()),
            ("era", stamp.era.into()),
            ("nbf", issued.into()),
            ("exp", expires.into()),
        ]
        .into_iter()
        .map(|(name, value): (&str, Value)| (name.to_owned(), value))
        .collect();
        if let Some(session) = session {
            claims.insert(SESSION_CLAIM.to_owned(), session.0.into());
        }
        let mut header = Header::new(self.algorithm.jwt());
        header.typ = Some(K::TYP.to_owned());
        header.kid = Some(self.kid.clone());
        let token = jsonwebtoken::encode(&header, &claims, &self.key).map_err(broken)?;
        Ok(Issued {
            token: Secret::new(token),
            expires_at: Millis(expires.saturating_mul(1_000)),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

fn encoding_key(algorithm: SigningAlgorithm, pem: &str) -> Result<EncodingKey, Fault> {
    match algorithm {
        SigningAlgorithm::EdDsa => EncodingKey::from_ed_pem(pem.as_bytes()),
        SigningAlgorithm::Rs256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
    }
    .map_err(broken)
}

fn broken(error: impl fmt::Display) -> Fault {
    Fault::internal(format!("signing key: {error}"))
}

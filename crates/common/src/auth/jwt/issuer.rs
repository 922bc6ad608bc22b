//! A site's own issuer of tokens, for one contract: who already has a login elsewhere lets its
//! tokens in here. The tokens must name people by our ids, in a claim of the site's choice.

use std::fs;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};

use super::keys::VerifyingKey;
use crate::config::Misfit;

/// Bytes of a shared secret below which it can be guessed (RFC 7518, 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// The table that a contract has for it, `[….issuer]`. All empty: there is none, and our own tokens
/// alone are good. At most one of the first three is set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// An RSA public key as PEM; tokens are signed with RS256.
    pub rs256_public_key: String,
    /// A file with a JSON web key set; RSA (RS256) and Ed25519 (`EdDSA`) keys in it count. Read at
    /// start.
    pub jwks_file: String,
    /// A secret of at least 32 bytes; tokens are signed with HS256.
    pub hs256_secret: String,
    /// The claim that names the person; empty: the contract's own (`id`, `userId`).
    pub user_claim: String,
    /// What `iss` must say; empty: anything.
    pub issuer: String,
    /// What `aud` must have; empty: anything.
    pub audience: String,
    /// Whether our own tokens are good as well.
    pub own_tokens: bool,
}

impl IssuerSettings {
    /// Whether tokens can be held against it; reads the file that it names.
    pub fn check(&self) -> Result<(), Misfit> {
        SiteIssuer::of(self, "").map(drop)
    }

    /// What somebody should know who has set the table `name` like this.
    pub fn advice(&self, name: &str) -> Option<String> {
        let keys = [&self.rs256_public_key, &self.jwks_file, &self.hs256_secret];
        let is_open = keys.iter().any(|key| !key.is_empty()) && self.audience.is_empty();
        is_open.then(|| {
            format!(
                "{name}.audience is not set: every token that this issuer's key has signed lets in here, \
                 those that are meant for other programs too. Set it to what `aud` has in tokens that are \
                 meant for this"
            )
        })
    }
}

impl Default for IssuerSettings {
    fn default() -> Self {
        Self {
            rs256_public_key: String::new(),
            jwks_file: String::new(),
            hs256_secret: String::new(),
            user_claim: String::new(),
            issuer: String::new(),
            audience: String::new(),
            own_tokens: true,
        }
    }
}

impl std::fmt::Debug for IssuerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerSettings")
            .field("jwks_file", &self.jwks_file)
            .field("user_claim", &self.user_claim)
            .finish_non_exhaustive()
    }
}

/// The issuer, ready to check tokens.
pub(super) struct SiteIssuer {
    keys: Vec<VerifyingKey>,
    pub(super) claim: String,
    pub(super) issuer: String,
    pub(super) audience: String,
}

impl SiteIssuer {
    /// `None` when there is none.
    pub(super) fn of(settings: &IssuerSettings, claim: &str) -> Result<Option<Self>, Misfit> {
        let ways = [
            ("rs256_public_key", &settings.rs256_public_key),
            ("jwks_file", &settings.jwks_file),
            ("hs256_secret", &settings.hs256_secret),
        ];
        let mut set = ways.into_iter().filter(|(_, value)| !value.is_empty());
        let Some((way, value)) = set.next() else {
            return Ok(None);
        };
        if let Some((second, _)) = set.next() {
            let trouble = format!("cannot stand beside {way}: an issuer has one of the two");
            return Err(Misfit::new(second, trouble));
        }
        let keys = match way {
            "rs256_public_key" => public_key(value).map(|key| vec![key]),
            "jwks_file" => key_set(value),
            _ => shared_secret(value).map(|key| vec![key]),
        };
        let keys = keys.map_err(|trouble| Misfit::new(way, trouble))?;
        let claim = match settings.user_claim.as_str() {
            "" => claim,
            other => other,
        };
        Ok(Some(Self {
            keys,
            claim: claim.to_owned(),
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
        }))
    }

    /// The one key for a token with this header: the one of its id, or the only one there is.
    pub(super) fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        let key = match (self.keys.as_slice(), kid) {
            ([only], None) => only,
            ([only], Some(kid)) if only.kid.is_empty() || only.kid == kid => only,
            (several, Some(kid)) => several.iter().find(|key| key.kid == kid)?,
            (_, None) => return None,
        };
        (key.algorithm == algorithm).then_some(key)
    }
}

/// Keys that a setting gives, or what is wrong with it.
type Read<T> = Result<T, String>;

fn public_key(pem: &str) -> Read<VerifyingKey> {
    // Variables and one-line files carry the line breaks as `\n`.
    let pem = pem.replace("\\n", "\n");
    let key = DecodingKey::from_rsa_pem(pem.as_bytes())
        .map_err(|error| format!("is no RSA public key: {error}"))?;
    Ok(VerifyingKey {
        kid: String::new(),
        algorithm: Algorithm::RS256,
        key,
    })
}

fn key_set(path: &str) -> Read<Vec<VerifyingKey>> {
    let text = fs::read_to_string(path).map_err(|error| format!("names {path}: {error}"))?;
    let set: JwkSet = serde_json::from_str(&text)
        .map_err(|error| format!("names {path}, which is no JSON web key set: {error}"))?;
    let mut keys = Vec::new();
    for jwk in &set.keys {
        let key = VerifyingKey::read(jwk).map_err(|fault| format!("names {path}: {fault}"))?;
        keys.extend(key);
    }
    if keys.is_empty() {
        return Err(format!(
            "names {path}, which holds no key for signatures of RSA (2048 to 8192 bits) or Ed25519"
        ));
    }
    if keys.len() > 1 && keys.iter().all(|key| key.kid.is_empty()) {
        return Err(format!(
            "names {path}, which holds several keys and no `kid` by which a token could name one"
        ));
    }
    Ok(keys)
}

fn shared_secret(secret: &str) -> Read<VerifyingKey> {
    if secret.len() < MIN_SECRET_BYTES {
        return Err(format!("must have at least {MIN_SECRET_BYTES} bytes"));
    }
    Ok(VerifyingKey {
        kid: String::new(),
        algorithm: Algorithm::HS256,
        key: DecodingKey::from_secret(secret.as_bytes()),
    })
}

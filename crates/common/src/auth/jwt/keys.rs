//! Public keys, and keeping those of another service for a while.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use parking_lot::RwLock;

use crate::clock::{Clock, Millis};
use crate::fault::Fault;

/// A key that checks signatures of one algorithm and no other.
pub struct VerifyingKey {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

impl VerifyingKey {
    /// Reads a public key of ours. Only Ed25519 (`EdDSA`) and RSA (`RS256`) are taken: a symmetric
    /// key in a set of public ones would let everybody sign.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn of_jwk(json: &str) -> Result<Self, Fault> {
        let jwk: Jwk = serde_json::from_str(json)
            .map_err(|error| Fault::invalid(format!("this is no JSON web key: {error}")))?;
        Self::read(&jwk)?.ok_or_else(|| Fault::invalid("a key of an algorithm that is not taken"))
    }

    /// `None` for a key of another algorithm, purpose or length.
    pub(super) fn read(jwk: &Jwk) -> Result<Option<Self>, Fault> {
        use jsonwebtoken::jwk::{AlgorithmParameters as Of, KeyAlgorithm, PublicKeyUse};
        if matches!(
            jwk.common.public_key_use,
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
        ) {
            return Ok(None);
        }
        let named = jwk.common.key_algorithm;
        let (algorithm, number) = match &jwk.algorithm {
            Of::RSA(key) if matches!(named, None | Some(KeyAlgorithm::RS256)) => {
                (Algorithm::RS256, &key.n)
            }
            Of::OctetKeyPair(key) if matches!(named, None | Some(KeyAlgorithm::EdDSA)) => {
                (Algorithm::EdDSA, &key.x)
            }
            Of::RSA(_) | Of::OctetKeyPair(_) | Of::EllipticCurve(_) | Of::OctetKey(_) | _ => {
                return Ok(None);
            }
        };
        let kid = jwk.common.key_id.clone().unwrap_or_default();
        let key = DecodingKey::from_jwk(jwk)
            .map_err(|error| Fault::invalid(format!("the key {kid:?} cannot be used: {error}")))?;
        Ok(has_length(algorithm, number).then_some(Self {
            kid,
            algorithm,
            key,
        }))
    }

    /// Its id.
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

/// Under a key of another length the library finds no signature good, and does not say why.
fn has_length(algorithm: Algorithm, number: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(number).unwrap_or_default();
    if algorithm == Algorithm::EdDSA {
        return bytes.len() == 32;
    }
    let significant = bytes.iter().skip_while(|byte| **byte == 0).count();
    (2048 / 8..=8192 / 8).contains(&significant)
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// How long nobody asks again after an id was asked for that does not exist: tokens with invented
/// ids must not become questions. A key that has been published for so long is found all the same: the
/// question that found nothing was either after it, and brought it, or is too long ago.
pub const KEY_PAUSE: Duration = Duration::from_secs(10);

/// The key set as it was last seen.
#[derive(Debug)]
pub struct KeyCache {
    clock: Clock,
    keys: RwLock<HashMap<String, Arc<VerifyingKey>>>,
    /// When a question last found nothing new. Held while one is asked, so that one asks for all.
    fruitless: tokio::sync::Mutex<Option<Millis>>,
}

impl KeyCache {
    /// An empty one; the first look asks.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            keys: RwLock::default(),
            fruitless: tokio::sync::Mutex::default(),
        }
    }

    /// The key with this id; `ask` brings the whole set where the id is not known yet.
    pub async fn find<F>(
        &self,
        kid: &str,
        ask: impl FnOnce() -> F,
    ) -> Result<Option<Arc<VerifyingKey>>, Fault>
    where
        F: Future<Output = Result<Vec<VerifyingKey>, Fault>>,
    {
        if let Some(key) = self.known(kid) {
            return Ok(Some(key));
        }
        let mut fruitless = self.fruitless.lock().await;
        if let Some(key) = self.known(kid) {
            return Ok(Some(key));
        }
        let now = self.clock.now();
        if fruitless.is_some_and(|since| since <= now && now < since.plus(KEY_PAUSE)) {
            return Ok(None);
        }
        self.replace(ask().await?);
        let found = self.known(kid);
        *fruitless = found.is_none().then_some(now);
        Ok(found)
    }

    /// Takes a set that is known to be the newest.
    pub fn replace(&self, keys: Vec<VerifyingKey>) {
        let keys = keys
            .into_iter()
            .map(|key| (key.kid.clone(), Arc::new(key)))
            .collect();
        *self.keys.write() = keys;
    }

    fn known(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        let keys = self.keys.read();
        keys.get(kid).map(Arc::clone)
    }
}

//! How services know each other: each has an Ed25519 key pair, signs short-lived tokens that name
//! itself and the one it calls, and knows the public keys of those that may call it.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::auth::jwt::LEEWAY_SECONDS;
use crate::clock::{Clock, Millis};
use crate::fault::Fault;
use crate::secret::{Secret, random_bytes};

/// The header's `typ`: no other token of ours can be taken for a service's.
const TYP: &str = "latchkey-service";
/// How long a token lives, in seconds.
const LIFE: i64 = 60;
/// How long a token is sent after it was made: half its life, so that it is good on its way.
const SENT_FOR: Duration = Duration::from_secs(30);

/// A new key pair as text: the private half for the service itself, the public half for those
/// that it calls.
#[derive(Debug)]
pub struct KeyPair {
    /// 32 bytes, base64: `LATCHKEY_SERVICE_KEY`.
    pub private: Secret,
    /// 32 bytes, base64: `LATCHKEY_<SERVICE>__PUBLIC_KEY`.
    pub public: String,
}

impl KeyPair {
    /// # Errors
    /// `Internal` when the system has no random numbers.
    pub fn generate() -> Result<Self, Fault> {
        let seed: [u8; 32] = random_bytes()?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(broken)?;
        Ok(Self {
            private: Secret::new(STANDARD.encode(seed)),
            public: STANDARD.encode(pair.public_key().as_ref()),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    /// Who calls.
    iss: String,
    /// Who is called.
    aud: String,
    iat: i64,
    exp: i64,
}

/// Signs the tokens of one service. A token is made once and sent for half its life.
pub struct ServiceKey {
    me: &'static str,
    key: EncodingKey,
    public: String,
    clock: Clock,
    made: Mutex<HashMap<&'static str, (Millis, Secret)>>,
}

impl ServiceKey {
    /// The key of the service `me`.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn parse(me: &'static str, private: &Secret, clock: Clock) -> Result<Self, Fault> {
        let seed = STANDARD.decode(private.expose().trim());
        let pair = seed
            .ok()
            .and_then(|seed| Ed25519KeyPair::from_seed_unchecked(&seed).ok())
            .ok_or_else(|| {
                Fault::invalid("LATCHKEY_SERVICE_KEY must be 32 bytes as base64, a key of its own")
            })?;
        let der = pair.to_pkcs8v1().map_err(broken)?;
        Ok(Self {
            me,
            key: EncodingKey::from_ed_der(der.as_ref()),
            public: STANDARD.encode(pair.public_key().as_ref()),
            clock,
            made: Mutex::default(),
        })
    }

    /// The public half, as others have it in their settings.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// A token that `audience` takes.
    pub(crate) fn token_for(&self, audience: &'static str) -> Result<Secret, Fault> {
        let now = self.clock.now();
        let mut made = self.made.lock();
        // One that a clock made which has been put back since is good nowhere.
        if let Some((since, token)) = made.get(audience)
            && *since <= now
            && now < since.plus(SENT_FOR)
        {
            return Ok(token.clone());
        }
        let issued = now.seconds();
        let claims = Claims {
            iss: self.me.to_owned(),
            aud: audience.to_owned(),
            iat: issued,
            exp: issued + LIFE,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYP.to_owned());
        let token = Secret::new(jsonwebtoken::encode(&header, &claims, &self.key).map_err(broken)?);
        made.insert(audience, (now, token.clone()));
        Ok(token)
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceKey")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

/// The public keys of those that may call.
#[derive(Default)]
pub struct PublicKeys(HashMap<&'static str, DecodingKey>);

impl PublicKeys {
    /// Lets `service` call.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn allow(&mut self, service: &'static str, public: &str) -> Result<(), Fault> {
        let bytes = STANDARD.decode(public.trim()).unwrap_or_default();
        if bytes.len() != 32 {
            return Err(Fault::invalid(format!(
                "the public key of {service} must be 32 bytes as base64"
            )));
        }
        let key = DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(bytes));
        self.0.insert(service, key.map_err(broken)?);
        Ok(())
    }

    /// Which service signed this token for `me`, and until when it is good; `None` for every other
    /// text.
    pub(super) fn caller(
        &self,
        token: &str,
        me: &str,
        now: Millis,
    ) -> Option<(&'static str, Millis)> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let is_ours = header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYP);
        if !is_ours || header.crit.is_some() {
            return None;
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        // The name in the token only says which key to try: the signature proves it.
        let (claims, caller) = self.0.iter().find_map(|(name, key)| {
            let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?;
            (claims.claims.iss == *name).then_some((claims.claims, *name))
        })?;
        let now = now.seconds();
        let is_good = claims.aud == me
            && claims.exp.saturating_add(LEEWAY_SECONDS) > now
            && claims.iat <= now.saturating_add(LEEWAY_SECONDS)
            && claims.exp.saturating_sub(claims.iat) <= LIFE;
        is_good.then_some((caller, Millis(claims.exp.saturating_mul(1_000))))
    }
}

impl fmt::Debug for PublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn broken(error: impl fmt::Display) -> Fault {
    Fault::internal(format!("service key: {error}"))
}

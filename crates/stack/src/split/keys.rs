//! The keys of one deployment, made at random.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use latchkey_common::clock::Clock;
use serde_json::json;

use super::{Service, Split};

/// How long a service's token lives, in seconds.
const TOKEN_LIFE: i64 = 60;

/// As the settings have them.
pub(super) struct Keys {
    /// In the order of [`Service::ALL`]: the seed and the public key.
    pairs: Vec<(String, String)>,
    pub(super) master: String,
    pub(super) operator: String,
}

impl Keys {
    pub(super) fn new() -> Self {
        Self {
            pairs: Service::ALL.map(|_| pair()).to_vec(),
            master: STANDARD.encode(random()),
            operator: STANDARD.encode(random()),
        }
    }

    /// What services know of the operator's key.
    pub(super) fn operator_hash(&self) -> String {
        STANDARD.encode(digest(&SHA256, self.operator.as_bytes()))
    }

    pub(super) fn private(&self, service: Service) -> &str {
        &self.pairs[usize::from(service.index())].0
    }

    pub(super) fn public(&self, service: Service) -> &str {
        &self.pairs[usize::from(service.index())].1
    }
}

impl Split {
    /// What the operator's commands show.
    pub fn operator_key(&self) -> &str {
        &self.keys.operator
    }

    /// What the services know of it.
    pub fn operator_hash(&self) -> String {
        self.keys.operator_hash()
    }

    /// A token of `caller` for `audience`, as it was made `age` seconds ago.
    pub fn service_token(&self, caller: Service, audience: Service, age: i64) -> String {
        self.signed_token(caller, caller, audience, age)
    }

    /// The same token, signed by `signer`.
    pub fn signed_token(
        &self,
        signer: Service,
        caller: Service,
        audience: Service,
        age: i64,
    ) -> String {
        let issued = Clock::default().now().seconds() - age;
        let header = json!({"typ": "latchkey-service", "alg": "EdDSA"});
        let claims = json!({
            "iss": caller.name(),
            "aud": audience.name(),
            "iat": issued,
            "exp": issued + TOKEN_LIFE,
        });
        let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let text = parts.join(".");
        let seed = STANDARD.decode(self.keys.private(signer)).expect("base64");
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed");
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes()));
        format!("{text}.{signature}")
    }
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).expect("randomness");
    bytes
}

fn pair() -> (String, String) {
    let seed = random();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed");
    let public = STANDARD.encode(pair.public_key());
    (STANDARD.encode(seed), public)
}

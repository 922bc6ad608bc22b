//! The keys of one deployment, made at random.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use latchkey_common::clock::Clock;
use latchkey_common::fault::Fault;
use latchkey_common::rpc::KeyPair;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use serde_json::json;

use super::Split;
use crate::{Result, Service, Trouble};

/// How long a service's token lives, in seconds.
const TOKEN_LIFE: i64 = 60;

/// As the settings have them.
pub(super) struct Keys {
    pub(super) pairs: Vec<(Service, KeyPair)>,
    pub(super) master: Secret,
    pub(super) operator: Secret,
}

impl Keys {
    pub(super) fn generate() -> Result<Self> {
        let make = || -> Result<Self, Fault> {
            let pair = |service| Ok::<_, Fault>((service, KeyPair::generate()?));
            Ok(Self {
                pairs: Service::ALL
                    .into_iter()
                    .map(pair)
                    .collect::<Result<_, _>>()?,
                master: MasterKey::generate()?,
                operator: MasterKey::generate()?,
            })
        };
        make().map_err(Trouble::in_trying("keys"))
    }
}

impl Split {
    /// What the operator's commands show.
    pub fn operator_key(&self) -> &str {
        self.keys.operator.expose()
    }

    /// What the services know of it.
    pub fn operator_hash(&self) -> String {
        STANDARD.encode(digest(&SHA256, self.operator_key().as_bytes()))
    }

    /// A token of `caller` for `audience`, as it was made `age` seconds ago.
    pub fn service_token(&self, caller: Service, audience: Service, age: i64) -> Result<String> {
        self.signed_token(caller, caller, audience, age)
    }

    /// The same token, signed by `signer`.
    pub fn signed_token(
        &self,
        signer: Service,
        caller: Service,
        audience: Service,
        age: i64,
    ) -> Result<String> {
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
        let mut pairs = self.keys.pairs.iter();
        let (_, pair) = pairs.find(|(of, _)| *of == signer).ok_or("no key")?;
        let seed = STANDARD.decode(pair.private.expose());
        let seed = seed.map_err(Trouble::in_trying("a key"))?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed);
        let pair = pair.map_err(Trouble::in_trying("a key"))?;
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes()));
        Ok(format!("{text}.{signature}"))
    }
}

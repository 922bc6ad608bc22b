//! The keys of one deployment, made at random.

use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Service;

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

    pub(super) fn private(&self, service: Service) -> &str {
        &self.pairs[usize::from(service.index())].0
    }

    pub(super) fn public(&self, service: Service) -> &str {
        &self.pairs[usize::from(service.index())].1
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

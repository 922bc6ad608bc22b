//! Sealing: what must be readable again but not from a copy of the database. XChaCha20-Poly1305
//! under the master key, the key's id in front, and what the row is (its hash or its id) as
//! associated data, so that a sealed value cannot be moved to another row.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::secret::{Secret, random_bytes};

const KEY_BYTES: usize = 32;
const ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;

/// The master key; during a rotation two: the first seals, all open.
#[derive(Clone)]
pub struct MasterKey {
    keys: Vec<([u8; ID_BYTES], XChaCha20Poly1305)>,
}

impl MasterKey {
    /// Reads one key or several with commas between them, each 32 bytes as base64.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn parse(text: &Secret) -> Result<Self, Fault> {
        let keys = text
            .expose()
            .trim()
            .split(',')
            .map(one_key)
            .collect::<Option<Vec<_>>>();
        keys.map(|keys| Self { keys })
            .ok_or_else(|| Fault::invalid("the master key must be 32 bytes as base64"))
    }

    /// A new key as text, for the file that keeps it.
    pub fn generate() -> Result<Secret, Fault> {
        Ok(Secret::new(URL_SAFE.encode(random_bytes::<KEY_BYTES>()?)))
    }

    /// The ids of its keys, the one that seals first. They stand in front of every sealed value, so
    /// they tell nothing that a copy of the database does not.
    pub fn ids(&self) -> Vec<String> {
        let ids = self.keys.iter();
        ids.map(|(id, _)| format!("{:08x}", u32::from_be_bytes(*id)))
            .collect()
    }

    /// Seals `plain` for the row that `row` names.
    pub fn seal(&self, row: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let Some((id, cipher)) = self.keys.first() else {
            return Err(Fault::internal("there is no master key"));
        };
        let nonce = random_bytes::<NONCE_BYTES>()?;
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: row,
                },
            )
            .map_err(|error| Fault::internal(error.to_string()))?;
        Ok([id.as_slice(), &nonce, &sealed].concat())
    }

    /// Opens what [`MasterKey::seal`] made for the same row. `None`: another key, another row, or
    /// a changed value.
    pub fn open(&self, row: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (id, rest) = sealed.split_at_checked(ID_BYTES)?;
        let (nonce, body) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let (_, cipher) = self.keys.iter().find(|(own, _)| own == id)?;
        cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: body,
                    aad: row,
                },
            )
            .ok()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

fn one_key(text: &str) -> Option<([u8; ID_BYTES], XChaCha20Poly1305)> {
    let text = text.trim();
    let bytes = URL_SAFE
        .decode(text)
        .or_else(|_| STANDARD.decode(text))
        .ok()?;
    // The cipher wipes its own copy.
    let bytes = Zeroizing::new(bytes);
    let key = Zeroizing::new(<[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok()?);
    let digest: [u8; 32] = Sha256::digest(key.as_slice()).into();
    let id = digest.first_chunk::<ID_BYTES>()?;
    Some((*id, XChaCha20Poly1305::new(&Key::from(*key))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_for_its_row_and_no_other() {
        let key = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let sealed = key.seal(b"row 1", b"token").unwrap();
        assert_eq!(key.open(b"row 1", &sealed).unwrap(), b"token");
        assert!(key.open(b"row 2", &sealed).is_none());
        assert!(key.open(b"row 1", &sealed[..20]).is_none());
        let other = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        assert!(other.open(b"row 1", &sealed).is_none());
    }

    #[test]
    fn a_rotation_opens_both() {
        let (old, new) = (
            MasterKey::generate().unwrap(),
            MasterKey::generate().unwrap(),
        );
        let sealed = MasterKey::parse(&old).unwrap().seal(b"r", b"x").unwrap();
        let id = MasterKey::parse(&new).unwrap().ids();
        let both = Secret::new(format!("{},{}", new.expose(), old.expose()));
        let both = MasterKey::parse(&both).unwrap();
        assert_eq!(both.open(b"r", &sealed).unwrap(), b"x");
        assert_eq!(both.ids()[..1], id);
        assert_eq!(both.ids().len(), 2);
        let sealed = both.seal(b"r", b"y").unwrap();
        assert_eq!(
            MasterKey::parse(&new).unwrap().open(b"r", &sealed).unwrap(),
            b"y"
        );
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(MasterKey::parse(&Secret::new("c2hvcnQ=")).is_err());
        assert!(MasterKey::parse(&Secret::new("")).is_err());
    }
}

//! A device on which somebody has signed in before. What it keeps says nothing but that: it is no credential,
//! and whoever has it still needs the password.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::{Secret, TokenHash};

/// A device that is known under one name.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    mark: String,
    known_since: Millis,
}

impl Device {
    /// What a device keeps from now on on which `name` (folded) has signed in.
    ///
    /// # Errors
    /// `Internal` when the system has no random numbers.
    pub(crate) fn remember(name: &str, key: &MasterKey, now: Millis) -> Result<Secret, Fault> {
        let sealed = key.seal(&row_of(name), &now.0.to_be_bytes())?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The device that keeps this text, if it was remembered for `name` and not longer ago than `life`.
    pub(crate) fn recognise(
        text: &str,
        name: &str,
        key: &MasterKey,
        now: Millis,
        life: Duration,
    ) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = key.open(&row_of(name), &sealed)?;
        let known_since = Millis(i64::from_be_bytes(plain.try_into().ok()?));
        (now < known_since.plus(life)).then(|| Self {
            mark: URL_SAFE_NO_PAD.encode(TokenHash::of(text).as_bytes()),
            known_since,
        })
    }

    /// What its failures are counted under.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// True when half of its life is over, or the clock was put back: then it is remembered anew.
    pub(crate) fn is_stale(&self, now: Millis, life: Duration) -> bool {
        now >= self.known_since.plus(life / 2) || self.known_since.is_of_the_future(now)
    }
}

/// A text that was made for one name is worthless under another.
fn row_of(name: &str) -> Vec<u8> {
    format!("device of {name}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_under_one_name_for_a_time() {
        let key = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let other = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let (now, life) = (Millis(1_000_000), Duration::from_secs(100));
        let text = Device::remember("john", &key, now).unwrap();
        let text = text.expose();
        let recognise = |text: &str, name: &str, key: &MasterKey, at: i64| {
            Device::recognise(text, name, key, Millis(at), life)
        };
        let device = recognise(text, "john", &key, 1_000_000).unwrap();
        assert!(!device.is_stale(Millis(1_049_999), life));
        assert!(device.is_stale(Millis(1_050_000), life));
        let earlier = recognise(text, "john", &key, 900_000).unwrap();
        assert!(earlier.is_stale(Millis(900_000), life));
        assert!(recognise(text, "john", &key, 1_099_999).is_some());
        assert!(recognise(text, "john", &key, 1_100_000).is_none());
        assert!(recognise(text, "jane", &key, 1_000_000).is_none());
        assert!(recognise(text, "john", &other, 1_000_000).is_none());
        let short: String = text.chars().skip(1).collect();
        for bad in ["", "x", "äöü", &short, &format!("{text}A")] {
            assert!(recognise(bad, "john", &key, 1_000_000).is_none(), "{bad}");
        }
        let again = Device::remember("john", &key, now).unwrap();
        let again = recognise(again.expose(), "john", &key, 1_000_000).unwrap();
        assert_ne!(again.mark(), device.mark());
    }
}

//! What one password hash costs at the default setting.

use argon2::{Algorithm, Argon2, Params, Version};

use crate::Result;
use crate::accounting::own_cpu;
use crate::load::milliseconds;

const ROUNDS: u32 = 20;

/// Milliseconds of CPU for one hash: Argon2id at 19 MiB, two passes, one lane.
pub(crate) fn hash_ms() -> Result<f64> {
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let before = own_cpu()?;
    for _ in 0..ROUNDS {
        let mut output = [0; 32];
        argon2
            .hash_password_into(b"correct horse battery", b"sixteen bytes ok", &mut output)
            .map_err(|error| error.to_string())?;
    }
    let used = own_cpu()?.saturating_sub(before);
    Ok(milliseconds(used) / f64::from(ROUNDS))
}

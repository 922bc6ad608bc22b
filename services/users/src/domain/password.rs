//! Passwords: Argon2id, with the cost as a setting. Only the arithmetic stands here; the turn that
//! a request waits for stands in `app::account::hashing`.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Error, Params, Version};
use latchkey_common::config::Misfit;
use latchkey_common::fault::Fault;
use latchkey_common::secret::random_bytes;
use latchkey_common::text;

/// Bytes of a hash; the algorithm's own default.
const HASH_BYTES: usize = 32;

/// Bytes of a salt, as RFC 9106 recommends.
const SALT_BYTES: usize = 16;

/// The C library keeps freed memory of up to 32 MiB for the thread that asked for it, and every
/// thread that ever hashed would hold on to some 60 MiB. Larger pieces go back to the system at
/// once; what of them a hash does not use is never touched and takes no memory.
const GIVEN_BACK_BLOCKS: usize = 33 * 1024 * 1024 / Block::SIZE;

/// What comes of holding a password against a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They do not belong together.
    Wrong,
    /// They do.
    Right,
    /// They do, and the hash is of the bytes as they were typed: a fresher one shall take its place.
    RightOfOld,
}

/// Hashes passwords at one cost.
#[derive(Debug, Clone)]
pub(crate) struct Hasher {
    params: Params,
    /// A hash of no password at all, at today's cost.
    nobodys: String,
}

impl Hasher {
    /// # Errors
    /// `Internal` when the system has no random numbers.
    pub(crate) fn new(params: Params) -> Result<Self, Fault> {
        let nobodys = nobodys(&params)?;
        Ok(Self { params, nobodys })
    }

    /// The hash of a password, in the form that [`text::opaque`] makes of it, with a salt of its own and the
    /// cost inside.
    pub(crate) fn hash(&self, password: &str) -> Result<String, Fault> {
        let salt = Salt::new(&random_bytes::<SALT_BYTES>()?).map_err(broken)?;
        let output = derive(&self.params, &text::opaque(password), &salt)?;
        in_words(&self.params, salt, output)
    }

    /// Whether the password belongs to the hash, at the cost that the hash names. Without a hash
    /// the same work is done for nothing, so that time does not tell whether there is one.
    ///
    /// Hashes of old were made of the bytes that were typed. Where those are not the form that is hashed
    /// today, both are tried, each time and for everybody.
    pub(crate) fn verify(&self, password: &str, hash: Option<&str>) -> Result<Verdict, Fault> {
        let stored = PasswordHash::new(hash.unwrap_or(&self.nobodys)).map_err(broken)?;
        let (Some(salt), Some(kept)) = (&stored.salt, &stored.hash) else {
            return Err(broken("no salt or no hash in it"));
        };
        if stored.algorithm != Algorithm::Argon2id.ident() {
            return Err(broken("of another algorithm"));
        }
        let params = Params::try_from(&stored).map_err(broken)?;
        // Compared in constant time.
        let is_same = |form: &str| Ok::<_, Fault>(derive(&params, form, salt)? == *kept);
        let form = text::opaque(password);
        let is_right = is_same(&form)?;
        let is_right_as_typed = form != password && is_same(password)?;
        Ok(match hash {
            Some(_) if is_right => Verdict::Right,
            Some(_) if is_right_as_typed => Verdict::RightOfOld,
            _ => Verdict::Wrong,
        })
    }

    /// True when the hash costs less than today's setting asks for.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let Ok(stored) = PasswordHash::new(hash) else {
            return true;
        };
        let Ok(params) = Params::try_from(&stored) else {
            return true;
        };
        stored.algorithm != Algorithm::Argon2id.ident()
            || params.m_cost() < self.params.m_cost()
            || params.t_cost() < self.params.t_cost()
            || params.p_cost() < self.params.p_cost()
    }
}

/// The costs of a hash, as the algorithm takes them; or the setting that it does not take.
pub(crate) fn costs(memory_kib: u32, passes: u32, lanes: u32) -> Result<Params, Misfit> {
    Params::new(memory_kib, passes, lanes, Some(HASH_BYTES)).map_err(|error| {
        if error == Error::MemoryTooLittle {
            Misfit::new(
                "password_memory_kib",
                "must be at least 8 for each of users.password_lanes",
            )
        } else if error == Error::TimeTooSmall {
            Misfit::new("password_passes", "must be at least 1")
        } else {
            Misfit::new("password_lanes", format!("cannot be used: {error}"))
        }
    })
}

/// Random bytes in the shape of a hash. Made without hashing, so that a start costs nothing.
fn nobodys(params: &Params) -> Result<String, Fault> {
    let salt = Salt::new(&random_bytes::<SALT_BYTES>()?).map_err(broken)?;
    let output = Output::new(&random_bytes::<HASH_BYTES>()?).map_err(broken)?;
    in_words(params, salt, output)
}

fn in_words(params: &Params, salt: Salt, output: Output) -> Result<String, Fault> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: params.try_into().map_err(broken)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

fn derive(params: &Params, password: &str, salt: &[u8]) -> Result<Output, Fault> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let blocks = params.block_count();
    let mut memory = Vec::with_capacity(blocks.max(GIVEN_BACK_BLOCKS));
    memory.resize(blocks, Block::new());
    let mut output = [0; HASH_BYTES];
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory)
        .map_err(broken)?;
    Output::new(&output).map_err(broken)
}

/// What a stored hash or the machine says; never the password.
fn broken(error: impl std::fmt::Display) -> Fault {
    Fault::internal(format!("password hash: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_cost(memory_kib: u32) -> Hasher {
        Hasher::new(costs(memory_kib, 1, 1).unwrap()).unwrap()
    }

    #[test]
    fn right_wrong_and_nobody() {
        let hasher = of_cost(64);
        let hash = hasher.hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_eq!(
            hasher.verify("correct horse", Some(&hash)).unwrap(),
            Verdict::Right
        );
        assert_eq!(
            hasher.verify("correct horsf", Some(&hash)).unwrap(),
            Verdict::Wrong
        );
        assert_eq!(
            hasher.verify("correct horse", None).unwrap(),
            Verdict::Wrong
        );
        assert_ne!(hash, hasher.hash("correct horse").unwrap());
    }

    #[test]
    fn nothing_is_cut_off_long_passwords() {
        let hasher = of_cost(64);
        let hash = hasher.hash(&format!("{}a", "x".repeat(255))).unwrap();
        let other = format!("{}b", "x".repeat(255));
        assert_eq!(hasher.verify(&other, Some(&hash)).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn two_keyboards_make_one_password() {
        let hasher = of_cost(64);
        let (composed, decomposed) = ("Z\u{fc}rich 1", "Zu\u{308}rich\u{a0}1");
        for (set, typed) in [(composed, decomposed), (decomposed, composed)] {
            let hash = hasher.hash(set).unwrap();
            assert_eq!(hasher.verify(typed, Some(&hash)).unwrap(), Verdict::Right);
            assert_eq!(hasher.verify(set, Some(&hash)).unwrap(), Verdict::Right);
        }
    }

    #[test]
    fn hashes_of_typed_bytes_stay_good() {
        let hasher = of_cost(64);
        let typed = "Zu\u{308}rich\u{a0}1";
        let salt = Salt::new(&random_bytes::<SALT_BYTES>().unwrap()).unwrap();
        let output = derive(&hasher.params, typed, &salt).unwrap();
        let old = in_words(&hasher.params, salt, output).unwrap();
        assert_eq!(
            hasher.verify(typed, Some(&old)).unwrap(),
            Verdict::RightOfOld
        );
        assert_eq!(
            hasher.verify("Z\u{fc}rich 1", Some(&old)).unwrap(),
            Verdict::Wrong
        );
        assert_eq!(hasher.verify(typed, None).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn nobodys_hash_costs_what_others_cost() {
        let hasher = of_cost(64);
        assert!(!hasher.is_outdated(&hasher.nobodys));
        let dearer = of_cost(128);
        assert!(dearer.is_outdated(&hasher.nobodys));
        assert!(!hasher.is_outdated(&dearer.nobodys));
        assert!(of_cost(19_456).is_outdated("garbage"));
    }

    #[test]
    fn impossible_costs_are_refused() {
        for (memory_kib, passes, lanes, key) in [
            (1, 1, 1, "password_memory_kib "),
            (64, 0, 1, "password_passes "),
            (64, 1, 0, "password_lanes "),
            (64, 1, u32::MAX, "password_lanes "),
        ] {
            let said = costs(memory_kib, passes, lanes).unwrap_err().to_string();
            assert!(said.starts_with(key), "{said}");
        }
    }
}

//! The turn that a request waits for before it hashes. A hash takes 19 MiB and tens of
//! milliseconds of one core: more at once than there are cores would only take memory and make
//! everything else wait.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_peers::users::Password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::domain::password::Hasher;
use crate::settings::Settings;

/// Hashes passwords beside the async workers, a bounded number at once.
pub(crate) struct Hashing {
    hasher: Arc<Hasher>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// The right to hash. Held on by the work itself, so that a caller who leaves does not let another
/// one in while the core is still busy.
#[derive(Clone)]
pub(in crate::app) struct Turn {
    hasher: Arc<Hasher>,
    permit: Arc<OwnedSemaphorePermit>,
}

impl Hashing {
    pub(in crate::app) fn new(settings: &Settings) -> Result<Self, Fault> {
        let at_once = match settings.password_hashes_at_once {
            0 => available_parallelism().map_or(1, usize::from),
            some => some,
        };
        Ok(Self {
            hasher: Arc::new(settings.hasher()?),
            turns: Arc::new(Semaphore::new(at_once)),
            patience: settings.password_patience(),
        })
    }

    /// Waits for a turn, first come, first served.
    ///
    /// # Errors
    /// `Unavailable` after a long wait.
    pub(in crate::app) async fn turn(&self) -> Result<Turn, Fault> {
        let permit = timeout(self.patience, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|elapsed| Fault::unavailable("password hashing", elapsed))?
            .map_err(Fault::internal)?;
        Ok(Turn {
            hasher: Arc::clone(&self.hasher),
            permit: Arc::new(permit),
        })
    }
}

/// The password as it is kept while it waits for its turn. One that is too long belongs to nobody:
/// of it nothing is kept, and it costs the same work as any wrong one.
pub(in crate::app) fn as_typed(password: Secret) -> Secret {
    if Password::is_too_long(password.expose()) {
        Secret::new("")
    } else {
        password
    }
}

impl Turn {
    /// Hashes a password.
    pub(in crate::app) async fn hash(&self, password: Secret) -> Result<String, Fault> {
        let turn = self.clone();
        spawn_blocking(move || {
            let hash = turn.hasher.hash(password.expose());
            drop(turn.permit);
            hash
        })
        .await
        .map_err(Fault::internal)?
    }

    /// Whether the password belongs to the hash; the same work when there is none.
    pub(in crate::app) async fn is_right(
        &self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<bool, Fault> {
        let turn = self.clone();
        spawn_blocking(move || {
            let is_right = turn.hasher.is_right(password.expose(), hash.as_deref());
            drop(turn.permit);
            is_right
        })
        .await
        .map_err(Fault::internal)?
    }

    /// True when a hash is cheaper than today's cost.
    pub(in crate::app) fn is_outdated(&self, hash: &str) -> bool {
        self.hasher.is_outdated(hash)
    }
}

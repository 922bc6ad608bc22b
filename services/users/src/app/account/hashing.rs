//! The turn that a request waits for before it hashes. A hash takes 19 MiB and tens of
//! milliseconds of one core: more at once than there are cores would only take memory and make
//! everything else wait.
//!
//! Turns are shared out by whom they are for, so that whoever hammers at logins keeps nobody from signing
//! up, no other network from logging in, and no device on which somebody has logged in before.

use std::net::IpAddr;
use std::sync::Arc;
use std::thread::available_parallelism;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::rate_limit::prefix::Prefix;
use latchkey_common::secret::Secret;
use latchkey_common::turns::{Claim, Group, Permit, Turns};
use latchkey_peers::users::Password;
use tokio::task::spawn_blocking;

use crate::domain::device::Device;
use crate::domain::password::{Hasher, Verdict};
use crate::settings::Settings;

/// Hashes passwords beside the async workers, a bounded number at once.
pub(crate) struct Hashing {
    hasher: Arc<Hasher>,
    turns: Turns,
}

/// Whom a turn is for. Each of these has its own part of all turns.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) enum For<'a> {
    /// Whoever knows this address can ask.
    Stranger(IpAddr),
    /// A device on which somebody signed in before under this name.
    KnownDevice(&'a str, &'a Device),
    /// Somebody with a good invitation of this issuer's; the operator's have none.
    Invited(Option<UserId>),
    /// Somebody who is signed in.
    SignedIn(UserId),
    /// The operator.
    Operator,
}

impl For<'_> {
    fn claim(self) -> Claim {
        match self {
            Self::Stranger(address) => {
                let networks = [
                    Prefix::provider(address),
                    Prefix::site(address),
                    Prefix::household(address),
                    Prefix::client(address),
                ];
                Claim::of("strangers", networks.map(Group::Network))
            }
            // The name before the device: whoever has an account makes as many devices known as they like.
            Self::KnownDevice(name, device) => {
                let groups = [name, device.mark()].map(|text| Group::Named(text.into()));
                Claim::of("known devices", groups)
            }
            Self::Invited(issuer) => Claim::of("invited", issuer.map(Group::User)),
            Self::SignedIn(user) => Claim::of("signed in", [Group::User(user)]),
            Self::Operator => Claim::of("operator", []),
        }
    }
}

/// The right to hash. Held on by the work itself, so that a caller who leaves does not let another
/// one in while the core is still busy.
#[derive(Clone)]
pub(in crate::app) struct Turn {
    hasher: Arc<Hasher>,
    permit: Arc<Permit>,
}

impl Hashing {
    pub(in crate::app) fn new(settings: &Settings) -> Result<Self, Fault> {
        let at_once = match settings.password_hashes_at_once {
            0 => available_parallelism().map_or(1, usize::from),
            some => some,
        };
        Ok(Self {
            hasher: Arc::new(settings.hasher()?),
            turns: Turns::new("password hashing", at_once, settings.password_patience()),
        })
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// `Unavailable` at once when the wait would be too long, and after a long wait.
    pub(in crate::app) async fn turn(&self, whom: For<'_>) -> Result<Turn, Fault> {
        let permit = self.turns.take(whom.claim()).await?;
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
    pub(in crate::app) async fn verify(
        &self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<Verdict, Fault> {
        let turn = self.clone();
        spawn_blocking(move || {
            let verdict = turn.hasher.verify(password.expose(), hash.as_deref());
            drop(turn.permit);
            verdict
        })
        .await
        .map_err(Fault::internal)?
    }

    /// True when a hash is cheaper than today's cost.
    pub(in crate::app) fn is_outdated(&self, hash: &str) -> bool {
        self.hasher.is_outdated(hash)
    }
}

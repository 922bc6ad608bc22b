//! What one service may ask of another. Each trait is one peer: in one process the service itself
//! implements it, across processes a client does, and the asking use case cannot tell.
//!
//! Here belong traits, the types that travel, and refusals as values. Queries, wire formats of the
//! public contracts and rules that only one service needs do not.
//!
//! Which services there are and who asks whom says the [`plan`].

pub mod channels;
pub mod events;
#[cfg(feature = "fake")]
pub mod fake;
mod permissions;
pub mod plan;
pub mod users;
mod wire;

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use serde::{Deserialize, Serialize};

/// How an act that was asked for by key ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decided<T> {
    /// It was done; this is what it made.
    Made(T),
    /// It was not done and never will be.
    Barred,
}

/// An act that was done, and whom it let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeAct {
    /// Its key.
    pub key: ActKey,
    /// Who came.
    pub user: UserId,
}

impl From<(ActKey, i64)> for MadeAct {
    fn from((key, user): (ActKey, i64)) -> Self {
        Self {
            key,
            user: UserId(user),
        }
    }
}

/// The routes of a peer's calls: the name of each, the services that may make it, what it asks, and
/// what answers it.
macro_rules! calls {
    ($service:literal, $peer:ident, {
        $($name:literal [$($caller:literal),+] => |$api:ident, $ask:ident: $of:ty| $answer:expr),+
        $(,)?
    }) => {
        vec![$({
            let peer = Arc::clone(&$peer);
            route($service, $name, &[$($caller),+], move |$ask: $of| {
                let $api = Arc::clone(&peer);
                async move { $answer }
            })
        }),+]
    };
}
use calls;

/// Ids and entries that one question may hold; askers cut longer lists into pieces.
pub const MAX_BATCH: usize = 1_000;

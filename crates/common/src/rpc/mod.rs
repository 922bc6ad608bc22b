//! Calls between services: `POST /internal/<service>/<call>`, JSON in and out, on the listener that
//! the gateway never routes to. Each call carries a short-lived token of its caller, the request id
//! and the trace of the request that it serves, and how long that one may still wait.
//!
//! What may be asked stands in the peers' traits; here is how it travels, and what happens when
//! nobody answers.

mod acquaintance;
mod brief_cache;
mod circuit;
mod client;
pub mod context;
pub(crate) mod gate;
mod keys;
mod operator_key;
mod pool;
mod room;
mod route;
mod settings;

pub use self::acquaintance::{Acquaintance, INSTALLATION};
pub use self::brief_cache::BriefCache;
pub use self::client::{PeerClient, PeerSettings, Repeat};
pub use self::gate::Gate;
pub use self::keys::{KeyPair, PublicKeys, ServiceKey};
pub use self::operator_key::OperatorHash;
pub use self::route::route;
pub use self::settings::PeersSettings;

use crate::fault::Fault;

/// An error whose refusals by rule travel between processes by name, and everything else as a
/// [`Fault`]. [`crate::refusals!`] implements it.
pub trait Refusable: From<Fault> + Sized {
    /// The name of the refusal.
    ///
    /// # Errors
    /// The trouble, where this is no refusal by a rule.
    fn into_name(self) -> Result<&'static str, Fault>;

    /// The refusal of this name; `None` for a name that is not known here.
    fn of_name(name: &str) -> Option<Self>;
}

impl Refusable for Fault {
    fn into_name(self) -> Result<&'static str, Fault> {
        Err(self)
    }

    fn of_name(_: &str) -> Option<Self> {
        None
    }
}

/// Lets the unit variants of an error enum travel by their names. The enum has a variant
/// `Fault(Fault)` beside those that are listed.
#[macro_export]
macro_rules! refusals {
    ($error:ident { $($variant:ident),+ $(,)? }) => {
        impl $crate::rpc::Refusable for $error {
            fn into_name(self) -> Result<&'static str, $crate::fault::Fault> {
                match self {
                    $(Self::$variant => Ok(stringify!($variant)),)+
                    Self::Fault(fault) => Err(fault),
                }
            }

            fn of_name(name: &str) -> Option<Self> {
                $(if name == stringify!($variant) {
                    return Some(Self::$variant);
                })+
                None
            }
        }
    };
}

#[cfg(test)]
mod tests;

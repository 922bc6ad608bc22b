//! Who may call on the internal listener: services with a token for this one, and the operator with
//! the operator's key.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use super::brief_cache::BriefCache;
use super::keys::PublicKeys;
use super::operator_key::OperatorHash;
use crate::clock::{Clock, Millis};
use crate::rpc::acquaintance::Acquaintance;
use crate::secret::TokenHash;

/// A checked token is believed this long without checking its signature again, which costs more
/// than most calls.
const BELIEVED: Duration = Duration::from_secs(10);

/// Who may call a service.
#[derive(Clone)]
pub struct Gate(Arc<Inner>, Option<Arc<Acquaintance>>);

struct Inner {
    me: &'static str,
    callers: PublicKeys,
    operator: Option<OperatorHash>,
    clock: Clock,
    believed: BriefCache<TokenHash, (&'static str, Millis)>,
}

/// Who stands at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A service of ours.
    Service(&'static str),
    /// Whoever holds the operator's key.
    Operator,
    /// Nobody that is known here.
    Stranger,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Service(name) => name,
            Self::Operator => "the operator",
            Self::Stranger => "a stranger",
        })
    }
}

impl Gate {
    /// The gate of the service `me`. Without the hash of an operator's key no operator gets in.
    pub fn new(
        me: &'static str,
        callers: PublicKeys,
        operator: Option<OperatorHash>,
        clock: Clock,
    ) -> Self {
        let inner = Inner {
            me,
            callers,
            operator,
            clock,
            believed: BriefCache::new(BELIEVED),
        };
        Self(Arc::new(inner), None)
    }

    /// The same gate, which lets in nobody of another installation.
    #[must_use]
    pub fn knowing(self, acquaintance: Arc<Acquaintance>) -> Self {
        Self(self.0, Some(acquaintance))
    }

    pub(crate) fn acquaintance(&self) -> Option<&Acquaintance> {
        self.1.as_deref()
    }

    fn standing(&self, headers: &HeaderMap) -> Standing {
        let Some(token) = bearer(headers) else {
            return Standing::Stranger;
        };
        let hash = TokenHash::of(token);
        let operator = self.0.operator;
        if operator.is_some_and(|key| key.is(&hash)) {
            return Standing::Operator;
        }
        let now = self.0.clock.now();
        let known = self.0.believed.get(&hash).or_else(|| {
            let asked = std::time::Instant::now();
            let found = self.0.callers.caller(token, self.0.me, now)?;
            self.0.believed.keep(hash, asked, found);
            Some(found)
        });
        match known {
            Some((service, until)) if now < until.plus(BELIEVED) => Standing::Service(service),
            _ => Standing::Stranger,
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("me", &self.0.me)
            .field("callers", &self.0.callers)
            .field("has_operator", &self.0.operator.is_some())
            .finish_non_exhaustive()
    }
}

/// Who calls with these headers. Where no gate is set, nobody is known.
pub(crate) fn standing(gate: Option<&Gate>, headers: &HeaderMap) -> Standing {
    gate.map_or(Standing::Stranger, |gate| gate.standing(headers))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    header.strip_prefix("Bearer ")
}

//! Who decides about a request to come in.

use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::trail::Verb;

use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::store::audit;

/// Somebody who may, on whose right it is done; and who does it: they, or the operator in their name.
#[derive(Debug, Clone)]
pub(crate) struct Decider {
    pub(super) user: UserId,
    actor: Actor,
}

impl Decider {
    /// Somebody for themselves.
    pub(crate) fn person(user: UserId, username: &str, way: Way) -> Self {
        Self::named(user, Actor::account(user, username, way))
    }

    /// Another one in the name of `user`.
    pub(crate) const fn named(user: UserId, actor: Actor) -> Self {
        Self { user, actor }
    }

    /// Writes down what is done for the place: what the operator does, and whatever is said to somebody who wants an
    /// account. Whom people let into what is theirs, the ledger has.
    pub(super) fn note(
        &self,
        conn: &mut Conn,
        verb: Verb,
        row: &Invitation,
        now: SqlNow,
    ) -> QueryResult<()> {
        if self.actor.user().is_none() || row.kind == Kind::Registration {
            audit::request(conn, &self.actor, verb, row, now)?;
        }
        Ok(())
    }
}

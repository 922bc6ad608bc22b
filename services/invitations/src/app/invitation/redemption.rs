//! One use of an invitation as everybody is told it: who came, and what became of each thing that was promised.

use std::collections::HashMap;

use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, QueryResult};

use crate::domain::act::{ActRow, ActState, DropReason};
use crate::domain::claim::Which;
use crate::domain::grant::Grant;
use crate::domain::invitation::{Invitation, Use, UseId, UseState};
use crate::store::engine::{acts, invitations, made};

/// A use, and what it brings.
#[derive(Debug, Clone)]
pub(crate) struct Redemption {
    /// The row.
    pub(crate) used: Use,
    /// The key of its first act: where there is an account to be made, of that.
    pub(crate) first_act: ActKey,
    /// What was promised, in order.
    pub(crate) things: Vec<Thing>,
}

/// One thing that was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Thing {
    /// What.
    pub(crate) grant: Grant,
    /// What became of it.
    pub(crate) state: ActState,
    /// Why it was dropped, where that is known for itself.
    pub(crate) reason: Option<DropReason>,
}

impl Redemption {
    fn of(used: Use, invitation: &Invitation, rows: Vec<ActRow>) -> Self {
        let first = rows.first().map(ActRow::key);
        let first_act = first.unwrap_or_else(|| used.key());
        let things = if invitation.gives_several() {
            let thing = |row: ActRow| {
                Some(Thing {
                    grant: row.grant()?,
                    state: row.state,
                    reason: row.reason,
                })
            };
            rows.into_iter().filter_map(thing).collect()
        } else {
            let state = match used.state {
                UseState::Reserved => ActState::Pending,
                UseState::Used => ActState::Made,
                UseState::Released => ActState::Dropped,
            };
            let thing = |grant| Thing {
                grant,
                state,
                reason: None,
            };
            Grant::of(invitation).into_iter().map(thing).collect()
        };
        Self {
            used,
            first_act,
            things,
        }
    }
}

/// The use of this key.
pub(super) fn of_key(conn: &mut Conn, key: &ActKey) -> QueryResult<Option<Redemption>> {
    let Some(used) = made::use_of(conn, key.as_str())? else {
        return Ok(None);
    };
    let found = invitations::find(conn, Which::Id(used.invitation_id))?;
    let Some(invitation) = found else {
        return Ok(None);
    };
    Ok(of_uses(conn, &invitation, vec![used])?.pop())
}

/// Uses of one invitation.
pub(super) fn of_uses(
    conn: &mut Conn,
    invitation: &Invitation,
    uses: Vec<Use>,
) -> QueryResult<Vec<Redemption>> {
    let mut rows: HashMap<UseId, Vec<ActRow>> = HashMap::new();
    if invitation.gives_several() {
        let ids: Vec<UseId> = uses.iter().map(|used| used.id).collect();
        for row in acts::of_uses(conn, &ids)? {
            rows.entry(row.use_id).or_default().push(row);
        }
    }
    let whole = |used: Use| {
        let rows = rows.remove(&used.id).unwrap_or_default();
        Redemption::of(used, invitation, rows)
    };
    Ok(uses.into_iter().map(whole).collect())
}

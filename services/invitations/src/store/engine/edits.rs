//! Changing what an open invitation promises.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::Text;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use crate::domain::invitation::{InvitationId, State};
use crate::store::schema::invitations;

/// What an invitation gives, and to whom for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    /// What it gives, in its kind's encoding.
    pub(crate) grants: i64,
    /// For how many milliseconds; `None`: for good.
    pub(crate) ends_after: Option<i64>,
    /// How many people it is good for.
    pub(crate) max_uses: i64,
    /// When it ends by itself.
    pub(crate) expires_at: Option<Millis>,
}

/// Lets nobody else change this invitation until this transaction has ended. `SQLite` has one writer anyway.
pub(crate) fn hold(conn: &mut Conn, id: InvitationId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => invitations::table
            .find(id)
            .select(invitations::id)
            .for_update()
            .first::<InvitationId>(c)
            .optional()
            .map(drop),
    }
}

/// Sets the terms. False, with nothing set, where it has ended or more people are in or on the way than it shall be
/// good for. One for which everybody has come is final with that.
pub(crate) fn set_terms(
    conn: &mut Conn,
    id: InvitationId,
    terms: &Terms,
    by: UserId,
    now: SqlNow,
) -> QueryResult<bool> {
    let is_full = invitations::settled.ge(terms.max_uses);
    let full = if terms.max_uses == 1 {
        State::Accepted
    } else {
        State::UsedUp
    };
    let set = (
        invitations::grants.eq(terms.grants),
        invitations::ends_after.eq(terms.ends_after),
        invitations::max_uses.eq(terms.max_uses),
        invitations::expires_at.eq(terms.expires_at),
        invitations::edited_at.eq(now.nullable()),
        invitations::edited_by.eq(Some(by)),
        invitations::decided_at
            .eq(case_when(is_full, now.nullable()).otherwise(invitations::decided_at)),
        invitations::state.eq(case_when::<_, _, Text>(is_full, full).otherwise(invitations::state)),
    );
    on!(conn, |c| diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::state.eq(State::Open))
            .filter(invitations::used.le(terms.max_uses))
            .filter(
                invitations::expires_at
                    .is_null()
                    .or(invitations::expires_at.gt(now.nullable())),
            )
    )
    .set(set)
    .execute(c))
    .map(|rows| rows == 1)
}

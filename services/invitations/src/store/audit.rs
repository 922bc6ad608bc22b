//! What somebody did for the place or to what others have, in the audit log.

use latchkey_common::audit::{self, Actor};
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::trail::{Fact, Verb};
use latchkey_contracts::v1::ids::{self, Id, Noun};

use crate::domain::invitation::Invitation;

/// About an invitation, which has no name but its kind.
pub(crate) fn invitation(
    conn: &mut Conn,
    by: &Actor,
    verb: Verb,
    row: &Invitation,
    now: SqlNow,
) -> QueryResult<()> {
    let name = format!("{} ({})", Id::<ids::Invitation>::of(row.id.0), row.kind);
    about::<ids::Invitation>(conn, by, verb, (row.id.0, &name), now)
}

/// About a request to come in, which has no name but its kind.
pub(crate) fn request(
    conn: &mut Conn,
    by: &Actor,
    verb: Verb,
    row: &Invitation,
    now: SqlNow,
) -> QueryResult<()> {
    let name = format!("{} ({})", Id::<ids::Request>::of(row.id.0), row.kind);
    about::<ids::Request>(conn, by, verb, (row.id.0, &name), now)
}

/// About an invitation, where somebody acts who has not made it.
pub(crate) fn anothers(
    conn: &mut Conn,
    by: &Actor,
    verb: Verb,
    row: &Invitation,
    now: SqlNow,
) -> QueryResult<()> {
    if row.issuer_id == by.user() {
        return Ok(());
    }
    invitation(conn, by, verb, row, now)
}

/// About what has this number and this name.
pub(crate) fn about<N: Noun>(
    conn: &mut Conn,
    by: &Actor,
    verb: Verb,
    (number, name): (i64, &str),
    now: SqlNow,
) -> QueryResult<()> {
    let id = Id::<N>::of(number).to_string();
    audit::note(conn, by, verb, (Some(&id), name), now)
}

/// About a key of the choir contract, which is called so, and whose it is if it is somebody's.
pub(crate) fn choir_key(
    conn: &mut Conn,
    by: &Actor,
    fact: &Fact<'_>,
    (owner, name): (Option<UserId>, &str),
    now: SqlNow,
) -> QueryResult<()> {
    let owner = owner.map(|owner| Id::<ids::Account>::of(owner.0).to_string());
    audit::write(conn, by, fact, (owner.as_deref(), name), now)
}

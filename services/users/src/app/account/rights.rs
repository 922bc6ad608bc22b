//! Whether somebody who acts on others still may.

use latchkey_common::audit::Actor;
use latchkey_common::db::Conn;
use latchkey_common::fault::Fault;

use crate::store::accounts;

/// First thing of the transaction. The operator may; a person must be a super user who is not locked, and stays so until the
/// transaction ends. Takes the turn of those who take super users away.
///
/// # Errors
/// `Unauthenticated` for somebody who is no super user any more.
pub(in crate::app) fn hold(conn: &mut Conn, by: &Actor) -> Result<(), Fault> {
    accounts::hold_super_users(conn)?;
    match by.user() {
        Some(user) if !accounts::may_invite(conn, user, true)? => Err(Fault::Unauthenticated),
        Some(_) | None => Ok(()),
    }
}

//! What somebody did to an account, in the audit log.

use latchkey_common::audit::{self, Actor};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::trail::{Change, Credential, Fact};
use latchkey_contracts::v1::ids::{self, Id};

use crate::domain::account::Account;

/// Writes down what `by` made of an account.
pub(crate) fn write(
    conn: &mut Conn,
    by: &Actor,
    change: Change,
    account: &Account,
    now: SqlNow,
) -> QueryResult<()> {
    let fact = Fact::AccountChanged(account.id, change);
    about(conn, by, &fact, account, now)
}

/// Writes down that `by` made a credential for somebody.
pub(crate) fn made(
    conn: &mut Conn,
    by: &Actor,
    what: Credential,
    account: &Account,
    now: SqlNow,
) -> QueryResult<()> {
    let fact = Fact::CredentialMade(what, Some(account.id));
    about(conn, by, &fact, account, now)
}

/// Writes down that `by` made a key that signs, with this id.
pub(crate) fn key_made(conn: &mut Conn, by: &Actor, kid: &str, now: SqlNow) -> QueryResult<()> {
    let fact = Fact::CredentialMade(Credential::SigningKey, None);
    audit::write(conn, by, &fact, (None, kid), now)
}

fn about(
    conn: &mut Conn,
    by: &Actor,
    fact: &Fact<'_>,
    account: &Account,
    now: SqlNow,
) -> QueryResult<()> {
    let id = Id::<ids::Account>::of(account.id.0).to_string();
    audit::write(conn, by, fact, (Some(&id), &account.username), now)
}

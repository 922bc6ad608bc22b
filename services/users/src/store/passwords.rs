//! The passwords of accounts.

use diesel::dsl::case_when;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;
use latchkey_common::text::first_of;

use super::accounts::{COLUMNS, tokens_end};
use super::schema::accounts;
use crate::domain::account::Account;

/// An account with the hash of its password, by the [keys](latchkey_common::text::keys) of its name.
pub(crate) fn credentials(
    conn: &mut Conn,
    keys: &[String],
) -> QueryResult<Option<(Account, String)>> {
    first_of(keys, |key| {
        on!(&mut *conn, |c| accounts::table
            .filter(accounts::username_folded.eq(key))
            .filter(accounts::left_at.is_null())
            .select((COLUMNS, accounts::password_hash))
            .first(c)
            .optional())
    })
}

/// The same, by the account's id.
pub(crate) fn credentials_of(
    conn: &mut Conn,
    id: UserId,
) -> QueryResult<Option<(Account, String)>> {
    on!(conn, |c| accounts::table
        .find(id)
        .filter(accounts::left_at.is_null())
        .select((COLUMNS, accounts::password_hash))
        .first(c)
        .optional())
}

/// True when all signed tokens of the account have ended before, as they do with another password and with a lock.
pub(crate) fn was_exchanged(conn: &mut Conn, id: UserId) -> QueryResult<bool> {
    let later = accounts::table.find(id).filter(accounts::token_era.gt(0));
    on!(conn, |c| diesel::select(diesel::dsl::exists(later))
        .get_result(c))
}

/// Holds the account for a login whose password was held against `verified`, and stores a fresher
/// hash of the same password if there is one. False when it was locked, or given another password,
/// in between. Logins of one account queue up behind this on `PostgreSQL`.
pub(crate) fn hold_for_login(
    conn: &mut Conn,
    id: UserId,
    verified: &str,
    fresher: Option<&str>,
) -> QueryResult<bool> {
    let open = accounts::table
        .find(id)
        .filter(accounts::password_hash.eq(verified))
        .filter(diesel::dsl::not(accounts::is_locked));
    let set = accounts::password_hash.eq(fresher.unwrap_or(verified));
    on!(conn, |c| diesel::update(open).set(set).execute(c)).map(|rows| rows == 1)
}

/// Exchanges the password, if it still is the one with the hash `old`. Signed tokens end.
pub(crate) fn exchange_password(
    conn: &mut Conn,
    id: UserId,
    old: &str,
    new: &str,
    now: SqlNow,
) -> QueryResult<bool> {
    let current = accounts::table
        .find(id)
        .filter(accounts::password_hash.eq(old))
        .filter(diesel::dsl::not(accounts::is_locked));
    let set = (accounts::password_hash.eq(new), tokens_end!(now));
    on!(conn, |c| diesel::update(current).set(set).execute(c)).map(|rows| rows == 1)
}

/// Sets the password whatever it was. Signed tokens end.
pub(crate) fn set_password(
    conn: &mut Conn,
    id: UserId,
    new: &str,
    now: SqlNow,
) -> QueryResult<Account> {
    let set = (accounts::password_hash.eq(new), tokens_end!(now));
    on!(conn, |c| diesel::update(accounts::table.find(id))
        .set(set)
        .returning(COLUMNS)
        .get_result(c))
}

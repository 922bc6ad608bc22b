//! Accounts. Their passwords stand in `passwords`.

use diesel::dsl::case_when;
use diesel::prelude::*;
use latchkey_common::auth::jwt::Stamp;
use latchkey_common::auth::{AccountState, Subject, TokenCaller, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow, any_of};
use latchkey_common::text::{self, first_of};
use latchkey_common::{columns, on};
use latchkey_peers::users::Username;

use super::schema::accounts;
use crate::domain::account::Account;
use crate::domain::email::Email;

columns! {
    /// The columns of an [`Account`], in its order.
    pub(super) COLUMNS:
    accounts::id,
    accounts::uuid,
    accounts::username,
    accounts::email,
    accounts::is_super_user,
    accounts::is_locked,
    accounts::created_at,
    accounts::left_at,
}

/// All signed tokens of an account end: the next ones are of another era. The moment moves on even where the
/// clock was put back; tokens of other issuers, which know no eras, are held against it alone.
macro_rules! tokens_end {
    ($now:expr) => {
        (
            accounts::token_era.eq(accounts::token_era + 1),
            accounts::tokens_not_before.eq(case_when(
                accounts::tokens_not_before.ge($now),
                accounts::tokens_not_before + 1,
            )
            .otherwise($now)),
        )
    };
}
pub(super) use tokens_end;

/// An account to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewAccount {
    /// Its name.
    pub(crate) username: Username,
    /// Its address.
    pub(crate) email: Option<Email>,
    /// The hash of its password.
    pub(crate) password_hash: String,
    /// Whether it is a super user.
    pub(crate) is_super_user: bool,
}

/// Stores an account. `None` when one of its unique values is taken; which one, the caller asks.
pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewAccount,
    now: SqlNow,
) -> QueryResult<Option<Account>> {
    let row = (
        accounts::uuid.eq(uuid::Uuid::new_v4().to_string()),
        accounts::username.eq(new.username.as_str()),
        accounts::username_folded.eq(new.username.folded()),
        accounts::email.eq(new.email.as_ref().map(Email::as_str)),
        accounts::email_folded.eq(new.email.as_ref().map(Email::folded)),
        accounts::password_hash.eq(&new.password_hash),
        accounts::is_super_user.eq(new.is_super_user),
        accounts::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(accounts::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(COLUMNS)
        .get_result(c)
        .optional())
}

/// The account with this id.
pub(crate) fn find(conn: &mut Conn, id: UserId) -> QueryResult<Option<Account>> {
    on!(conn, |c| accounts::table
        .find(id)
        .select(COLUMNS)
        .first(c)
        .optional())
}

/// The account with this name, by its [keys](text::keys).
pub(crate) fn by_name(conn: &mut Conn, keys: &[String]) -> QueryResult<Option<Account>> {
    first_of(keys, |key| {
        on!(&mut *conn, |c| accounts::table
            .filter(accounts::username_folded.eq(key))
            .filter(accounts::left_at.is_null())
            .select(COLUMNS)
            .first(c)
            .optional())
    })
}

/// Whether somebody has this name, or had it and is not forgotten everywhere yet.
pub(crate) fn is_name_taken(conn: &mut Conn, folded: &str) -> QueryResult<bool> {
    let holder = accounts::table.filter(accounts::username_folded.eq(folded));
    on!(conn, |c| diesel::select(diesel::dsl::exists(holder))
        .get_result(c))
}

/// The accounts with these ids.
pub(crate) fn by_ids(conn: &mut Conn, ids: &[UserId]) -> QueryResult<Vec<Account>> {
    on!(conn, |c| accounts::table
        .filter(any_of(accounts::id, ids.iter().copied()))
        .select(COLUMNS)
        .load(c))
}

/// The accounts with these UUIDs.
pub(crate) fn by_uuids(conn: &mut Conn, uuids: &[String]) -> QueryResult<Vec<Account>> {
    on!(conn, |c| accounts::table
        .filter(accounts::uuid.eq_any(uuids))
        .select(COLUMNS)
        .load(c))
}

/// The account with this address, by its [keys](text::keys).
pub(crate) fn by_email(conn: &mut Conn, keys: &[String]) -> QueryResult<Option<Account>> {
    first_of(keys, |key| {
        on!(&mut *conn, |c| accounts::table
            .filter(accounts::email_folded.eq(key))
            .select(COLUMNS)
            .first(c)
            .optional())
    })
}

/// What signed tokens are held against.
pub(crate) fn state(conn: &mut Conn, subject: &Subject) -> QueryResult<Option<AccountState>> {
    let columns = (COLUMNS, accounts::tokens_not_before, accounts::token_era);
    let found: Option<(Account, Millis, i64)> = match subject {
        Subject::Id(id) => on!(conn, |c| accounts::table
            .find(*id)
            .select(columns)
            .first(c)
            .optional()),
        Subject::Uuid(uuid) => on!(conn, |c| accounts::table
            .filter(accounts::uuid.eq(uuid))
            .select(columns)
            .first(c)
            .optional()),
    }?;
    Ok(found.map(|(account, tokens_not_before, era)| AccountState {
        is_locked: account.is_locked,
        caller: TokenCaller::from(account),
        tokens_not_before,
        token_era: Some(era),
    }))
}

/// Where a token of the account stands that is made now. Only while the account is held.
pub(crate) fn token_stamp(conn: &mut Conn, id: UserId, now: SqlNow) -> QueryResult<Stamp> {
    let columns = (now, accounts::tokens_not_before, accounts::token_era);
    let (at, ended, era): (Millis, Millis, i64) =
        on!(conn, |c| accounts::table.find(id).select(columns).first(c))?;
    Ok(Stamp { at, ended, era })
}

/// Accounts behind `after`, by id.
pub(crate) fn page(conn: &mut Conn, after: i64, limit: i64) -> QueryResult<Vec<Account>> {
    on!(conn, |c| accounts::table
        .filter(accounts::id.gt(after))
        .filter(accounts::left_at.is_null())
        .order(accounts::id)
        .limit(limit)
        .select(COLUMNS)
        .load(c))
}

/// Accounts behind `after` whose folded name has `folded` in it, by id.
pub(crate) fn search(
    conn: &mut Conn,
    folded: &str,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Account>> {
    let pattern = format!("%{}%", text::like_literal(folded));
    on!(conn, |c| accounts::table
        .filter(accounts::id.gt(after))
        .filter(accounts::left_at.is_null())
        .filter(accounts::username_folded.like(pattern).escape('\\'))
        .order(accounts::id)
        .limit(limit)
        .select(COLUMNS)
        .load(c))
}

/// True once there is a super user.
pub(crate) fn has_super_user(conn: &mut Conn) -> QueryResult<bool> {
    let some = accounts::table.filter(accounts::is_super_user);
    on!(conn, |c| diesel::select(diesel::dsl::exists(some))
        .get_result(c))
}

/// True when the account exists and is not locked, and is a super user where it has to be one. On
/// `PostgreSQL` a lock or a demotion that is about to be committed is waited for, and one that comes later
/// waits for this transaction.
pub(crate) fn may_invite(conn: &mut Conn, id: UserId, as_super_user: bool) -> QueryResult<bool> {
    let columns = (accounts::is_locked, accounts::is_super_user);
    let query = accounts::table.find(id).select(columns);
    let found: Option<(bool, bool)> = match conn {
        Conn::Sqlite(c) => query.first(c).optional(),
        Conn::Postgres(c) => query.for_share().first(c).optional(),
    }?;
    Ok(found.is_some_and(|(is_locked, is_super)| !is_locked && (is_super || !as_super_user)))
}

/// The account, if it exists and is not locked, held until the end of the transaction: a lock, a
/// change of password and whatever else counts on the account's row wait, or were waited for.
pub(crate) fn hold_open(conn: &mut Conn, id: UserId) -> QueryResult<Option<Account>> {
    let query = accounts::table.find(id).select(COLUMNS);
    let account: Option<Account> = match conn {
        Conn::Sqlite(c) => query.first(c).optional(),
        Conn::Postgres(c) => query.for_update().first(c).optional(),
    }?;
    Ok(account.filter(|account| !account.is_locked))
}

/// Whether it is the account of somebody who has not left; held until the end of the transaction.
pub(crate) fn hold_present(conn: &mut Conn, id: UserId) -> QueryResult<bool> {
    let query = accounts::table
        .find(id)
        .filter(accounts::left_at.is_null())
        .select(accounts::id);
    let found: Option<UserId> = match conn {
        Conn::Sqlite(c) => query.first(c).optional(),
        Conn::Postgres(c) => query.for_update().first(c).optional(),
    }?;
    Ok(found.is_some())
}

/// Makes or unmakes a super user.
pub(crate) fn set_super_user(
    conn: &mut Conn,
    id: UserId,
    is_super_user: bool,
) -> QueryResult<Account> {
    on!(conn, |c| diesel::update(accounts::table.find(id))
        .set(accounts::is_super_user.eq(is_super_user))
        .returning(COLUMNS)
        .get_result(c))
}

/// Ends all signed tokens of an account.
pub(crate) fn end_tokens(conn: &mut Conn, id: UserId, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::update(accounts::table.find(id))
        .set(tokens_end!(now))
        .execute(c))
    .map(drop)
}

/// Locks an open account; signed tokens end. `None` when it was locked already.
pub(crate) fn lock(conn: &mut Conn, id: UserId, now: SqlNow) -> QueryResult<Option<Account>> {
    let open = accounts::table
        .find(id)
        .filter(diesel::dsl::not(accounts::is_locked));
    let set = (accounts::is_locked.eq(true), tokens_end!(now));
    on!(conn, |c| diesel::update(open)
        .set(set)
        .returning(COLUMNS)
        .get_result(c)
        .optional())
}

/// Unlocks a locked account. `None` when it was open already.
pub(crate) fn unlock(conn: &mut Conn, id: UserId) -> QueryResult<Option<Account>> {
    on!(conn, |c| diesel::update(
        accounts::table.find(id).filter(accounts::is_locked)
    )
    .set(accounts::is_locked.eq(false))
    .returning(COLUMNS)
    .get_result(c)
    .optional())
}

/// Sets or takes away the address. Fails on the unique rule when another account has it.
pub(crate) fn set_email(
    conn: &mut Conn,
    id: UserId,
    email: Option<&Email>,
) -> QueryResult<Account> {
    let set = (
        accounts::email.eq(email.map(Email::as_str)),
        accounts::email_folded.eq(email.map(Email::folded)),
    );
    on!(conn, |c| diesel::update(accounts::table.find(id))
        .set(set)
        .returning(COLUMNS)
        .get_result(c))
}

/// Lets one transaction at a time take a super user away: two that unmake each other would
/// otherwise both find the other one left.
pub(crate) fn hold_super_users(conn: &mut Conn) -> QueryResult<()> {
    if conn.has_many_writers() {
        conn.batch("SELECT pg_advisory_xact_lock('accounts'::regclass::oid::bigint)")?;
    }
    Ok(())
}

/// True when somebody besides `id` is a super user and not locked.
pub(crate) fn has_other_super_user(conn: &mut Conn, id: UserId) -> QueryResult<bool> {
    let others = accounts::table
        .filter(accounts::is_super_user)
        .filter(diesel::dsl::not(accounts::is_locked))
        .filter(accounts::id.ne(id));
    on!(conn, |c| diesel::select(diesel::dsl::exists(others))
        .get_result(c))
}

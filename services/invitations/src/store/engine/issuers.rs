//! How much somebody has made.

use diesel::dsl::{case_when, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use crate::domain::invitation::State;
use crate::domain::kind::Kind;
use crate::store::schema::invitations;

/// Makes everybody who counts what this person has made (invitations, choir keys) wait until this
/// transaction has ended, so that two at once cannot both be the last one allowed. `SQLite` has one writer anyway.
pub(crate) fn hold_issuer(conn: &mut Conn, issuer: UserId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock('invitations'::regclass::oid::int, $1)")
                .bind::<diesel::sql_types::Integer, _>(
                    i32::try_from(issuer.0 % 2_000_000_000).unwrap_or(0),
                )
                .execute(c)
                .map(drop)
        }
    }
}

/// How many people this issuer's invitations of a kind may still let in or have let in.
pub(crate) fn count_issued(
    conn: &mut Conn,
    kind: Kind,
    issuer: UserId,
    now: SqlNow,
) -> QueryResult<i64> {
    let may_let_in = invitations::state.eq(State::Open).and(
        invitations::expires_at
            .is_null()
            .or(invitations::expires_at.gt(now.nullable())),
    );
    let people = case_when(may_let_in, invitations::max_uses).otherwise(invitations::used);
    // The sum of a BIGINT is a NUMERIC to `PostgreSQL`.
    let all = sql::<BigInt>("CAST(COALESCE(SUM(")
        .bind::<BigInt, _>(people)
        .sql("), 0) AS BIGINT)");
    on!(conn, |c| invitations::table
        .filter(invitations::issuer_id.eq(issuer))
        .filter(invitations::kind.eq(kind))
        .filter(
            invitations::used
                .gt(0)
                .or(invitations::state.eq(State::Open))
        )
        .select(all)
        .first(c))
}

//! Reading the outbox piece by piece, with a plan that is made once a connection. `PostgreSQL` makes
//! one for every single statement while the values at hand promise it less work than any others would,
//! and a join costs several times more to plan than to run for the few events that are usually new. So
//! neither the place of a piece nor its size is a value that the planner could look at.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable};
use latchkey_common::db::{Prepared, QueryResult, prepared};

/// Where a piece begins or ends.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct Place(pub(super) i64);

impl Expression for Place {
    type SqlType = Nullable<BigInt>;
}
impl<QS> AppearsOnTable<QS> for Place {}
impl<GB> ValidGrouping<GB> for Place {
    type IsAggregate = is_aggregate::Never;
}

impl<DB> QueryFragment<DB> for Place
where
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT ");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

/// A query for the first so many rows. Made by [`first`].
#[derive(Debug, Clone, Copy)]
pub(super) struct First<Q>(Q, i64);

/// The first `limit` rows of `query`; for few different limits, because each is a statement of its
/// own.
pub(super) const fn first<Q>(query: Q, limit: i64) -> Prepared<First<Q>> {
    prepared(First(query, limit))
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for First<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.1.to_string());
        Ok(())
    }
}

/// Never asked for: it is wrapped in [`Prepared`], which is known by its text.
impl<Q> QueryId for First<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for First<Q> {
    type SqlType = Q::SqlType;
}

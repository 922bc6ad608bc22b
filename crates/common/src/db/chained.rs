//! Two statements in one, on `PostgreSQL`: the second builds on the rows that the first has returned.

use diesel::RunQueryDsl;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

/// A statement and one that builds on it. Made by [`chained`].
#[derive(Debug, Clone, Copy)]
pub struct Chained<A, B> {
    first: A,
    second: B,
}

/// Runs `first`, and with what it returned `second`, in one round trip; answers what `first`
/// returned. Both see the data as it was when the statement began, so they must not write the same
/// row. What `first` returned is there for `second` as [`Returned`]. Stays prepared, as with
/// [`prepared`](super::prepared()).
pub const fn chained<A, B>(first: A, second: B) -> Chained<A, B> {
    Chained { first, second }
}

impl<A, B> QueryFragment<Pg> for Chained<A, B>
where
    A: QueryFragment<Pg>,
    B: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH returned AS (");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql("), second AS (");
        self.second.walk_ast(out.reborrow())?;
        out.push_sql(") SELECT * FROM returned");
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<A, B> QueryId for Chained<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A: Query, B> Query for Chained<A, B> {
    type SqlType = A::SqlType;
}

impl<A, B> RunQueryDsl<PgConnection> for Chained<A, B> {}

/// A number in the one row that the first of [`chained`] statements returned, by its column. `NULL`,
/// which equals nothing, when it returned none.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Returned(pub &'static str);

impl Expression for Returned {
    type SqlType = BigInt;
}
impl<QS> AppearsOnTable<QS> for Returned {}
impl<QS> SelectableExpression<QS> for Returned {}
impl<GB> ValidGrouping<GB> for Returned {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Pg> for Returned {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT ");
        out.push_identifier(self.0)?;
        out.push_sql(" FROM returned)");
        Ok(())
    }
}

//! Statements that are prepared once a connection although Diesel would prepare them every time.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A statement that stays prepared. Made by [`prepared`].
#[derive(Debug, Clone, Copy)]
pub struct Prepared<Q>(Q);

/// Keeps `query` prepared. Diesel prepares every `UPDATE` and every statement with SQL of our own anew,
/// because their texts might be endless in number; on `PostgreSQL` that is a second round trip and a
/// plan each time. For statements whose text is one of a few, whatever the values.
pub const fn prepared<Q>(query: Q) -> Prepared<Q> {
    Prepared(query)
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Known by its text: of an `UPDATE` the type does not say what is set.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Prepared<Q> {}

//! "The invitation is open", as the partial indexes say it.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use crate::store::schema::invitations;

/// A literal and no bound value: a plan that is good for every value cannot use an index that
/// holds open invitations alone.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct IsOpen;

impl Expression for IsOpen {
    type SqlType = Bool;
}
impl AppearsOnTable<invitations::table> for IsOpen {}
impl SelectableExpression<invitations::table> for IsOpen {}
impl<GB> ValidGrouping<GB> for IsOpen {
    type IsAggregate = is_aggregate::No;
}

impl<DB: Backend> QueryFragment<DB> for IsOpen {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_identifier("invitations")?;
        out.push_sql(".");
        out.push_identifier("state")?;
        out.push_sql(" = 'open'");
        Ok(())
    }
}

//! What partial indexes say of an invitation, as they say it.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

/// A literal and no bound value: a plan that is good for every value cannot use an index that holds some
/// invitations alone.
macro_rules! literal {
    ($(#[$doc:meta])* $name:ident, $column:literal, $condition:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId)]
        pub(super) struct $name;

        impl Expression for $name {
            type SqlType = Bool;
        }
        impl<Source> AppearsOnTable<Source> for $name {}
        impl<Source> SelectableExpression<Source> for $name {}
        impl<GB> ValidGrouping<GB> for $name {
            type IsAggregate = is_aggregate::No;
        }

        impl<DB: Backend> QueryFragment<DB> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                out.push_identifier("invitations")?;
                out.push_sql(".");
                out.push_identifier($column)?;
                out.push_sql($condition);
                Ok(())
            }
        }
    };
}

literal! {
    /// The invitation is open.
    IsOpen, "state", " = 'open'"
}

literal! {
    /// Somebody asks to be let in.
    IsRequest, "direction", " = 'request'"
}

literal! {
    /// The invitation has come to its end.
    IsPast, "state", " <> 'open'"
}

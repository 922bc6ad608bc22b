//! "One of these ids" as one statement, however many there are: it is prepared once a connection.
//! Diesel's `eq_any` writes a `SQLite` statement anew for each number of values, and preparing one costs
//! more than running it.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

/// True where the column holds one of the ids. Made by [`any_of`].
#[derive(Debug, Clone, QueryId, ValidGrouping)]
pub struct AnyOf<C> {
    column: C,
    ids: Ids,
}

#[derive(Debug, Clone, QueryId)]
struct Ids {
    list: Vec<i64>,
    json: String,
}

impl<GB> ValidGrouping<GB> for Ids {
    type IsAggregate = diesel::expression::is_aggregate::Never;
}

/// `column` is one of `ids`.
pub fn any_of<C, I>(column: C, ids: I) -> AnyOf<C>
where
    C: Expression<SqlType = BigInt>,
    I: IntoIterator<Item: Into<i64>>,
{
    let list: Vec<i64> = ids.into_iter().map(Into::into).collect();
    let words: Vec<String> = list.iter().map(i64::to_string).collect();
    let json = format!("[{}]", words.join(","));
    AnyOf {
        column,
        ids: Ids { list, json },
    }
}

impl<C: Expression> Expression for AnyOf<C> {
    type SqlType = Bool;
}
impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for AnyOf<C> where Self: Expression {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for AnyOf<C> where
    Self: AppearsOnTable<QS>
{
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<BigInt>, _>(&self.ids.list)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.ids.json)?;
        out.push_sql("))");
        Ok(())
    }
}

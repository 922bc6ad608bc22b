//! "One of these ids" in a statement that stays prepared. Diesel's `eq_any` writes a `SQLite` statement anew
//! for each number of values, and preparing one costs more than running it; on `PostgreSQL` it binds a
//! list, and a statement with a list is planned anew each time, because its length is not known.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, Bool, HasSqlType, Text};
use diesel::sqlite::Sqlite;

/// Up to so many ids are bound one by one, filled up to a power of two with the last of them, so that
/// there are few texts. Most questions are about one or two.
const FEW: usize = 16;

/// True where the column holds one of the ids. Made by [`any_of`].
#[derive(Debug, Clone)]
pub struct AnyOf<C> {
    column: C,
    ids: Ids,
}

#[derive(Debug, Clone)]
enum Ids {
    Few(Vec<i64>),
    Many { list: Vec<i64>, json: String },
}

/// `column` is one of `ids`; never true for none.
pub fn any_of<C, I>(column: C, ids: I) -> AnyOf<C>
where
    C: Expression<SqlType = BigInt>,
    I: IntoIterator<Item: Into<i64>>,
{
    let mut list: Vec<i64> = ids.into_iter().map(Into::into).collect();
    let ids = if list.len() > FEW {
        let words: Vec<String> = list.iter().map(i64::to_string).collect();
        let json = format!("[{}]", words.join(","));
        Ids::Many { list, json }
    } else {
        if let Some(last) = list.last().copied() {
            list.resize(list.len().next_power_of_two(), last);
        }
        Ids::Few(list)
    };
    AnyOf { column, ids }
}

impl<C: Expression> Expression for AnyOf<C> {
    type SqlType = Bool;
}
impl<C: ValidGrouping<GB>, GB> ValidGrouping<GB> for AnyOf<C> {
    type IsAggregate = is_aggregate::No;
}
impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for AnyOf<C> where Self: Expression {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for AnyOf<C> where
    Self: AppearsOnTable<QS>
{
}

/// Known by its text, which depends on the number of ids.
impl<C> QueryId for AnyOf<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match &self.ids {
            Ids::Few(list) => few(&self.column, list, out),
            Ids::Many { list, .. } => {
                self.column.walk_ast(out.reborrow())?;
                out.push_sql(" = ANY(");
                out.push_bind_param::<Array<BigInt>, _>(list)?;
                out.push_sql(")");
                Ok(())
            }
        }
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        match &self.ids {
            Ids::Few(list) => few(&self.column, list, out),
            Ids::Many { json, .. } => {
                self.column.walk_ast(out.reborrow())?;
                out.push_sql(" IN (SELECT value FROM json_each(");
                out.push_bind_param::<Text, _>(json)?;
                out.push_sql("))");
                Ok(())
            }
        }
    }
}

fn few<'b, DB, C>(column: &'b C, list: &'b [i64], mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend + HasSqlType<BigInt>,
    C: QueryFragment<DB>,
    i64: ToSql<BigInt, DB>,
{
    if list.is_empty() {
        out.push_sql("1 = 0");
        return Ok(());
    }
    column.walk_ast(out.reborrow())?;
    for (at, id) in list.iter().enumerate() {
        out.push_sql(if at == 0 { " IN (" } else { ", " });
        out.push_bind_param::<BigInt, _>(id)?;
    }
    out.push_sql(")");
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::debug_query;
    use diesel::prelude::*;

    use super::*;

    diesel::table! {
        things (id) {
            id -> BigInt,
        }
    }

    fn texts(count: i64) -> (String, String) {
        let query = things::table.filter(any_of(things::id, 0..count));
        (
            debug_query::<Pg, _>(&query).to_string(),
            debug_query::<Sqlite, _>(&query).to_string(),
        )
    }

    #[test]
    fn few_ids_have_few_texts() {
        let (postgres, sqlite) = texts(3);
        assert!(postgres.contains("IN ($1, $2, $3, $4)"), "{postgres}");
        assert!(postgres.contains("[0, 1, 2, 2]"), "{postgres}");
        assert!(sqlite.contains("IN (?, ?, ?, ?)"), "{sqlite}");
    }

    #[test]
    fn many_ids_have_one_text() {
        let (postgres, sqlite) = texts(17);
        assert!(postgres.contains("= ANY($1)"), "{postgres}");
        assert!(
            sqlite.contains("json_each(?)") && sqlite.contains("[0,1,2,"),
            "{sqlite}"
        );
    }

    #[test]
    fn none_of_none() {
        let (postgres, sqlite) = texts(0);
        assert!(postgres.contains("1 = 0") && sqlite.contains("1 = 0"));
    }
}

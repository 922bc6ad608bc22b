//! The time inside a guard. Made in one place, because the two databases differ: `PostgreSQL` reads
//! `clock_timestamp()` when the row is finally held (`now()` stands still while a statement waits
//! for it), `SQLite` has one writer and takes the process clock as a bound value.

use std::time::Duration;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;

use crate::clock::{Clock, Millis, millis};

/// Now in milliseconds, as an expression of either database, moved by the test clock's shift.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct SqlNow {
    process: i64,
    shift: i64,
}

impl SqlNow {
    /// Reads the clock for a unit of work that begins now.
    pub fn of(clock: &Clock) -> Self {
        Self {
            process: clock.now().0,
            shift: clock.shift(),
        }
    }

    /// The same moment as the process sees it, for rules that are checked outside a guard.
    pub const fn process(self) -> Millis {
        Millis(self.process)
    }

    /// By how many milliseconds the clock is moved: what a statement that is written by hand adds to the clock of
    /// its database.
    pub const fn shift(self) -> i64 {
        self.shift
    }

    /// The moment `span` from now: when something that begins now will be over.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let span = millis(span);
        Self {
            process: self.process.saturating_add(span),
            shift: self.shift.saturating_add(span),
        }
    }

    /// The moment `span` before now: what began earlier is over.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        let span = millis(span);
        Self {
            process: self.process.saturating_sub(span),
            shift: self.shift.saturating_sub(span),
        }
    }
}

impl Expression for SqlNow {
    type SqlType = BigInt;
}
impl<QS> AppearsOnTable<QS> for SqlNow {}
impl<QS> SelectableExpression<QS> for SqlNow {}
impl<GB> ValidGrouping<GB> for SqlNow {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Pg> for SqlNow {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("((extract(epoch from clock_timestamp()) * 1000)::bigint + ");
        out.push_bind_param::<BigInt, _>(&self.shift)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for SqlNow {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_bind_param::<BigInt, _>(&self.process)
    }
}

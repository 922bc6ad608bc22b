//! The physical limits of the same work, taken in the same run: what a bare answer costs, the same
//! with the session check alone, a row in a database without a product around it.

mod hash;
mod http;
mod needs;
mod pgbench;
mod sqlite;

pub(crate) use self::hash::hash_ms;
pub(crate) use self::http::serve;
pub(crate) use self::needs::Needs;

use crate::Result;
use crate::load::{Pace, Sample};
use crate::shape::House;
use crate::world::World;

/// One statement a transaction, again and again, at 16 and at 64 at once.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Rows {
    pub(crate) cpu_ms: [f64; 2],
    pub(crate) rate: [f64; 2],
}

/// The limits of one shape, in milliseconds of CPU.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Limits {
    /// A bare answer of 200 bytes, at 16 and 64 connections.
    pub(crate) answer: [Sample; 2],
    /// The same with the session check alone.
    pub(crate) checked_answer: [Sample; 2],
    /// One durable insert of a small row; on `SQLite` in a group commit.
    pub(crate) insert: Rows,
    /// Fifty rows by an index.
    pub(crate) select: Rows,
    /// One row by its key.
    pub(crate) lookup: Rows,
}

/// Those of a database.
struct Statements {
    insert: Rows,
    select: Rows,
    lookup: Rows,
}

impl Limits {
    /// CPU of what an operation needs, at 16 (0) or 64 (1) at once.
    pub(crate) fn of(&self, needs: Needs, at: usize) -> f64 {
        let get = |list: &[f64; 2]| list.get(at).copied().unwrap_or(f64::NAN);
        let answer = self.answer.get(at).map_or(f64::NAN, Sample::cpu_ms);
        f64::from(needs.answers) * answer
            + f64::from(needs.inserts) * get(&self.insert.cpu_ms)
            + f64::from(needs.selects) * get(&self.select.cpu_ms)
            + f64::from(needs.lookups) * get(&self.lookup.cpu_ms)
    }
}

/// Takes the limits of a shape. The house must not run.
pub(crate) async fn measure(house: &House, world: &World, pace: Pace) -> Result<Limits> {
    let answer = http::bare(pace).await?;
    let checked_answer = http::checked(house, world, pace).await?;
    let statements = match house.postgres() {
        Some(server) => pgbench::rows(house, server, pace)?,
        None => sqlite::rows(house, pace)?,
    };
    Ok(Limits {
        answer,
        checked_answer,
        insert: statements.insert,
        select: statements.select,
        lookup: statements.lookup,
    })
}

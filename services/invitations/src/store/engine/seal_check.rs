//! A known text under the master key, so that a wrong key is found at start.

use diesel::prelude::*;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use crate::store::schema::seal_check;

const ONLY_ROW: i64 = 1;

/// What is kept, if something is yet.
pub(crate) fn kept(conn: &mut Conn) -> QueryResult<Option<Vec<u8>>> {
    on!(conn, |c| seal_check::table
        .find(ONLY_ROW)
        .select(seal_check::sealed)
        .first(c)
        .optional())
}

/// Keeps `sealed` if there is nothing yet.
pub(crate) fn keep(conn: &mut Conn, sealed: &[u8]) -> QueryResult<()> {
    on!(conn, |c| diesel::insert_into(seal_check::table)
        .values((seal_check::id.eq(ONLY_ROW), seal_check::sealed.eq(sealed)))
        .on_conflict_do_nothing()
        .execute(c))
    .map(drop)
}

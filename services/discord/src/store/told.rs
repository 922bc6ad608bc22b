//! Which links users does not know of yet.

use diesel::prelude::*;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use super::links::LINK;
use super::schema::discord_links as links;
use crate::domain::link::{Link, State};

/// The first of those that were made or taken back since they were told of, in the order in which they were made.
pub(crate) fn untold(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Link>> {
    on!(conn, |c| links::table
        .filter(diesel::dsl::not(links::is_told))
        .filter(links::state.eq_any([State::Ready, State::Revoked]))
        .order(links::id)
        .limit(limit)
        .select(LINK)
        .load(c))
}

/// It is told that this one stands there; where it stands elsewhere by now, that is told next.
pub(crate) fn told(conn: &mut Conn, link: &Link) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        links::table
            .find(link.id)
            .filter(links::state.eq(link.state))
    )
    .set(links::is_told.eq(true))
    .execute(c))
    .map(drop)
}

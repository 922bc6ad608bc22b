//! Who has which link to Discord, as the service that makes them told.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_peers::users::own::OwnLink;

use super::schema::discord_links as links;

/// Somebody's.
pub(crate) fn of_user(conn: &mut Conn, user: UserId) -> QueryResult<Option<OwnLink>> {
    let row: Option<(String, Millis)> = on!(conn, |c| links::table
        .find(user)
        .select((links::link, links::made_at))
        .first(c)
        .optional())?;
    Ok(row.map(|(link, made_at)| OwnLink { link, made_at }))
}

/// Puts it in the place of the one before.
pub(crate) fn put(conn: &mut Conn, user: UserId, link: &OwnLink) -> QueryResult<()> {
    let set = (links::link.eq(&link.link), links::made_at.eq(link.made_at));
    on!(conn, |c| diesel::insert_into(links::table)
        .values((links::user_id.eq(user), set))
        .on_conflict(links::user_id)
        .do_update()
        .set(set)
        .execute(c))
    .map(drop)
}

/// They have none any more.
pub(crate) fn end(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(links::table.find(user)).execute(c)).map(drop)
}

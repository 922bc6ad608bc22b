//! The whole story of one link, for the operator.

use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use super::App;
use super::list_links::everybody;
use crate::domain::link::{Link, parse_id};
use crate::store::links;

/// The link with the id that the contract shows, in any state, and the names of everybody in it.
pub(crate) async fn show_link(app: &App, id: &str) -> Result<Option<(Link, People)>, Fault> {
    let Some(uuid) = parse_id(id) else {
        return Ok(None);
    };
    let found = app.db.look(move |conn| links::find(conn, &uuid)).await?;
    let Some(link) = found else { return Ok(None) };
    let people = People::find(&app.users, everybody(&link)).await?;
    Ok(Some((link, people)))
}

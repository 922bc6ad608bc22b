//! The whole story of one link, for the operator.

use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use super::App;
use super::list_links::everybody;
use crate::domain::link::{Code, Link, PREFIX, parse_id};
use crate::store::links;

/// The link that is named, in any state, and the names of everybody in it.
pub(crate) async fn show_link(app: &App, named: &str) -> Result<Option<(Link, People)>, Fault> {
    let found = find_named(app, named).await?;
    let Some(link) = found else { return Ok(None) };
    let people = People::find(&app.users, everybody(&link)).await?;
    Ok(Some((link, people)))
}

/// The link of this id, which the contract shows; else of this code, alone or as people open it.
pub(super) async fn find_named(app: &App, named: &str) -> Result<Option<Link>, Fault> {
    if let Some(uuid) = parse_id(named) {
        return app.db.look(move |conn| links::find(conn, &uuid)).await;
    }
    let Some(code) = Code::parse(named.strip_prefix(PREFIX).unwrap_or(named)) else {
        return Ok(None);
    };
    app.db
        .look(move |conn| links::find_by_code(conn, &code))
        .await
}

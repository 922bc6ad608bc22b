//! `GET /users`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::page;
use latchkey_common::server::Edge;
use latchkey_contracts::groups::{Caller, GroupError, Query};

use super::dto;
use crate::app::App;
use crate::app::account::find::find_by_handle;
use crate::app::account::search::search_users;

/// People whose name has the text in it, or the one who has it as an address.
pub(crate) async fn list(
    app: Data<App>,
    req: HttpRequest,
    edge: Data<Edge>,
    me: Caller,
    query: Query<dto::Search>,
) -> Result<HttpResponse, GroupError> {
    edge.limits().check("search", me.user)?;
    let text = query.search.as_deref().unwrap_or_default();
    if text.contains('@') {
        let found = find_by_handle(&app, text).await?;
        let people = found.map(|account| dto::User::by_address(account, text));
        return Ok(page::answer(&req, None, &Vec::from_iter(people)));
    }
    let found = search_users(&app, me.user, text, query.page).await?;
    let found = found.map(|account| dto::User::seen_by(me.user, account));
    Ok(page::answer(&req, found.next, &found.items))
}

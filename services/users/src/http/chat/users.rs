//! Accounts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::page;
use latchkey_common::server::Edge;
use latchkey_contracts::chat::{Problem, Query, SignedIn, User};

use super::dto;
use crate::app::App;
use crate::app::account::search::search_users;

/// `GET /api/user/info`
pub(crate) async fn info(caller: SignedIn) -> HttpResponse {
    HttpResponse::Ok().json(User::from(caller.0))
}

/// `GET /api/user/search?username=`
pub(crate) async fn search(
    app: Data<App>,
    req: HttpRequest,
    edge: Data<Edge>,
    me: SignedIn,
    query: Query<dto::Search>,
) -> Result<HttpResponse, Problem> {
    edge.limits().check("search", me.user)?;
    let found = search_users(&app, me.user, &query.username, query.page).await?;
    let users = found.items.into_iter().map(dto::FoundUser::from).collect();
    Ok(page::answer(&req, found.next, &dto::FoundUsers { users }))
}

//! Accounts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::SignedIn;
use latchkey_common::page;
use latchkey_common::wire::chat::ChatQuery;
use latchkey_common::wire::problem::Problem;

use super::dto;
use crate::app::App;
use crate::app::account::search::search_users;

/// `GET /api/user/info`
pub(crate) async fn info(SignedIn(caller): SignedIn) -> HttpResponse {
    HttpResponse::Ok().json(dto::User::from(caller))
}

/// `GET /api/user/search?username=`
pub(crate) async fn search(
    app: Data<App>,
    req: HttpRequest,
    SignedIn(_): SignedIn,
    ChatQuery(query): ChatQuery<dto::Search>,
) -> Result<HttpResponse, Problem> {
    let found = search_users(&app, &query.username, query.page).await?;
    let users = found.items.into_iter().map(dto::FoundUser::from).collect();
    Ok(page::answer(&req, found.next, &dto::FoundUsers { users }))
}

//! Accounts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::SignedIn;
use latchkey_common::fault::Fault;
use latchkey_common::page;
use latchkey_common::wire::chat::ChatQuery;
use latchkey_common::wire::problem::Problem;

use super::dto;
use crate::app::App;
use crate::app::find_users::find_user;
use crate::app::search_users::search_users;

/// `GET /api/user/info`
pub(crate) async fn info(
    app: Data<App>,
    SignedIn(caller): SignedIn,
) -> Result<HttpResponse, Problem> {
    let account = find_user(&app, caller.user)
        .await?
        .ok_or(Fault::Unauthenticated)?;
    Ok(HttpResponse::Ok().json(dto::User::from(account)))
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

//! `POST /login`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::server::ClientAddress;
use latchkey_contracts::groups::{GroupError, Json};

use super::dto;
use crate::app::App;
use crate::app::session::log_in::{LogIn, log_in_by_handle};
use crate::app::token::issue_token::{IssueToken, TokenFor, issue_token};
use crate::http::user_agent;

/// Begins a session, and makes the token out of it that ends with it.
pub(crate) async fn log_in(
    app: Data<App>,
    req: HttpRequest,
    client: ClientAddress,
    body: Json<dto::LogIn>,
) -> Result<HttpResponse, GroupError> {
    let ask = LogIn {
        username: body.0.email,
        password: body.0.password,
        user_agent: user_agent(&req),
        from: client.0,
        device: None,
    };
    let begun = log_in_by_handle(&app, ask).await?;
    let wish = IssueToken {
        user: begun.account.id,
        session: Some(begun.session),
        by: None,
        kind: TokenFor::Bearer,
        life_s: None,
    };
    let issued = issue_token(&app, wish).await?;
    Ok(HttpResponse::Ok().json(dto::LoggedIn::new(&issued, begun.account)))
}

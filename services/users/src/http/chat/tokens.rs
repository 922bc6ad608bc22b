//! Credentials for the other contracts: API tokens, and signed tokens.

use actix_web::cookie::time::Duration as Span;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::jwt::Issued;
use latchkey_common::auth::{RDS_COOKIE_NAME, Scopes};
use latchkey_common::page::{self, Page};
use latchkey_common::server::Edge;
use latchkey_contracts::chat::{Json, Path, Problem, Query, SignedIn};
use latchkey_contracts::known_scopes;

use super::{dto, errors};
use crate::app::App;
use crate::app::token::api_tokens::{list_api_tokens, revoke_api_token};
use crate::app::token::create_api_token::{Asker, CreateApiToken, create_api_token};
use crate::app::token::issue_token::{IssueToken, TokenFor, issue_token};
use crate::domain::api_token::{ApiTokenId, TokenName};

/// `POST /api/user/tokens`
pub(crate) async fn create(
    app: Data<App>,
    caller: SignedIn,
    body: Json<dto::CreateApiToken>,
) -> Result<HttpResponse, Problem> {
    let bad = Problem::invalid_request_parameters;
    let asker = Asker {
        caller: caller.0,
        password: body.0.password,
    };
    let ask = CreateApiToken {
        user: asker.caller.user,
        asker: Some(asker),
        name: TokenName::parse(&body.0.name).ok_or_else(bad)?,
        scopes: Scopes::of_words(&body.0.scopes)
            .and_then(known_scopes)
            .filter(|scopes| !scopes.is_empty())
            .ok_or_else(bad)?,
        life_s: body.0.expires_in,
    };
    let (made, token) = create_api_token(&app, ask).await?;
    Ok(HttpResponse::Created().json(dto::CreatedApiToken::new(made, &token)))
}

/// `GET /api/user/tokens`
pub(crate) async fn list(
    app: Data<App>,
    req: HttpRequest,
    caller: SignedIn,
    page: Query<Page>,
) -> Result<HttpResponse, Problem> {
    let found = list_api_tokens(&app, caller.user, *page).await?;
    let tokens = found.items.into_iter().map(dto::ApiTokenItem::from);
    let list = dto::ApiTokens {
        tokens: tokens.collect(),
    };
    Ok(page::answer(&req, found.next, &list))
}

/// `DELETE /api/user/tokens/{id}`
pub(crate) async fn revoke(
    app: Data<App>,
    caller: SignedIn,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    if revoke_api_token(&app, caller.user, ApiTokenId(*id)).await? {
        Ok(HttpResponse::Ok().finish())
    } else {
        Err(errors::api_token_not_found())
    }
}

/// `POST /api/user/token`
pub(crate) async fn issue(
    app: Data<App>,
    edge: Data<Edge>,
    caller: SignedIn,
    body: Json<dto::IssueToken>,
) -> Result<HttpResponse, Problem> {
    let ask = IssueToken {
        user: caller.user,
        session: Some(caller.session),
        kind: body.kind,
        life_s: None,
    };
    let issued = issue_token(&app, ask).await?;
    let mut answer = HttpResponse::Ok();
    if body.kind == TokenFor::RdsSession {
        let is_secure = edge.settings().cookies().secure;
        let life = app.settings.rds_session_life_s;
        answer.cookie(rds_cookie(&issued, life, is_secure));
    }
    Ok(answer.json(dto::IssuedToken::from(&issued)))
}

/// The Discord contract's own cookie, as that contract describes it.
fn rds_cookie(issued: &Issued, life_s: i64, is_secure: bool) -> Cookie<'static> {
    Cookie::build(RDS_COOKIE_NAME, issued.token.expose().to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .max_age(Span::seconds(life_s))
        .finish()
}

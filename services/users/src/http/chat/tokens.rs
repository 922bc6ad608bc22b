//! Credentials for the other contracts: API tokens, and signed tokens.

use actix_web::cookie::time::Duration as Span;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::{RDS_COOKIE_NAME, Scopes};
use latchkey_common::page::{self, Page};
use latchkey_common::server::Edge;
use latchkey_contracts::chat::once::{Created, Done, Told, call_of};
use latchkey_contracts::chat::{Key, Keyed, Path, Problem, Query, SignedIn};
use latchkey_contracts::known_scopes;

use super::{dto, errors};
use crate::app::App;
use crate::app::token::api_tokens::{list_api_tokens, revoke_api_token};
use crate::app::token::create_api_token::{Asker, CreateApiToken, create_api_token};
use crate::app::token::issue_token::{IssueToken, TokenFor, issue_token_once};
use crate::domain::api_token::{ApiTokenId, TokenName};

/// `POST /api/user/tokens`
pub(crate) async fn create(
    app: Data<App>,
    caller: SignedIn,
    body: Keyed<dto::CreateApiToken>,
) -> Result<HttpResponse, Problem> {
    let Keyed { value, key, .. } = body;
    let bad = Problem::invalid_request_parameters;
    let wished = (&value.name, &value.scopes, value.expires_in);
    let key = key.map(|key| key.asking(&format!("POST /api/user/tokens {wished:?}")));
    let once = Created::<dto::CreatedApiToken>::once(caller.user, key);
    let asker = Asker {
        caller: caller.0,
        password: value.password,
    };
    let ask = CreateApiToken {
        user: asker.caller.user,
        asker: Some(asker),
        by: None,
        name: TokenName::parse(&value.name).ok_or_else(bad)?,
        scopes: Scopes::of_words(&value.scopes)
            .and_then(known_scopes)
            .filter(|scopes| !scopes.is_empty())
            .ok_or_else(bad)?,
        life_s: value.expires_in,
    };
    Created::<dto::CreatedApiToken>::answer(create_api_token(&app, ask, once).await?)
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
    key: Key,
) -> Result<HttpResponse, Problem> {
    let once = Done::once(caller.user, key.0);
    match revoke_api_token(&app, caller.user, ApiTokenId(*id), once).await? {
        Some(revoked) => Done::answer(revoked),
        None => Err(errors::api_token_not_found()),
    }
}

/// `POST /api/user/token`
pub(crate) async fn issue(
    app: Data<App>,
    edge: Data<Edge>,
    caller: SignedIn,
    body: Keyed<dto::IssueToken>,
) -> Result<HttpResponse, Problem> {
    let kind = body.value.kind;
    let ask = IssueToken {
        user: caller.user,
        session: Some(caller.session),
        by: None,
        kind,
        life_s: None,
    };
    let key = body.key.map(|key| call_of(caller.user, key));
    let once = key.map(Told::<dto::IssuedToken>::of);
    let made = issue_token_once(&app, ask, once).await?;
    let (issued, mut answer) = Told::<dto::IssuedToken>::begin(made)?;
    if kind == TokenFor::RdsSession {
        let is_secure = edge.settings().cookies().secure;
        let life = app.settings.rds_session_life_s;
        answer.cookie(rds_cookie(&issued, life, is_secure));
    }
    Ok(answer.json(issued))
}

/// The Discord contract's own cookie, as that contract describes it.
fn rds_cookie(issued: &dto::IssuedToken, life_s: i64, is_secure: bool) -> Cookie<'static> {
    Cookie::build(RDS_COOKIE_NAME, issued.token.clone())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .max_age(Span::seconds(life_s))
        .finish()
}

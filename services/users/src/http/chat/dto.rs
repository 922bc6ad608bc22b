//! Bodies and queries of the chat contract. Times are whole seconds.

use latchkey_common::auth::jwt::Issued;
use latchkey_common::auth::{Scopes, SessionId, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::page::Page;
use latchkey_common::secret::Secret;
use latchkey_contracts::chat::User;
use serde::{Deserialize, Serialize};

use crate::app::session::log_in::LoggedIn;
use crate::app::token::create_api_token::NewToken;
use crate::app::token::issue_token::TokenFor;
use crate::domain::account::Account;
use crate::domain::api_token::{ApiToken, ApiTokenId};
use crate::domain::session::Session;

/// `POST /api/user/login`.
#[derive(Debug, Deserialize)]
pub(crate) struct LogIn {
    pub(crate) username: String,
    pub(crate) password: Secret,
}

/// What is kept of the answer to a login with a key.
#[derive(Serialize, Deserialize)]
pub(crate) struct Login {
    id: UserId,
    username: String,
    created_at: Millis,
    token: String,
    device: Option<String>,
}

impl From<&LoggedIn> for Login {
    fn from(session: &LoggedIn) -> Self {
        Self {
            id: session.account.id,
            username: session.account.username.clone(),
            created_at: session.account.created_at,
            token: session.token.expose().to_owned(),
            device: session.device.as_ref().map(|text| text.expose().to_owned()),
        }
    }
}

impl Login {
    /// The session's token, and what the client shall keep.
    pub(crate) fn cookies(&mut self) -> (Secret, Option<Secret>) {
        let token = std::mem::take(&mut self.token);
        (Secret::new(token), self.device.take().map(Secret::new))
    }
}

impl From<Login> for User {
    fn from(login: Login) -> Self {
        Self::new(login.id, login.username, login.created_at)
    }
}

/// `POST /api/user/password`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangePassword {
    pub(crate) old_password: Secret,
    pub(crate) new_password: Secret,
}

/// `GET /api/user/search`.
#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    pub(crate) username: String,
    #[serde(flatten)]
    pub(crate) page: Page,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self::new(account.id, account.username, account.created_at)
    }
}

/// What a search finds.
#[derive(Debug, Serialize)]
pub(crate) struct FoundUsers {
    pub(crate) users: Vec<FoundUser>,
}

/// An account, shown to others.
#[derive(Debug, Serialize)]
pub(crate) struct FoundUser {
    #[serde(rename = "userId")]
    id: UserId,
    username: String,
}

impl From<Account> for FoundUser {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.username,
        }
    }
}

/// One's own sessions.
#[derive(Debug, Serialize)]
pub(crate) struct Sessions {
    pub(crate) sessions: Vec<SessionItem>,
}

/// One of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionItem {
    session_id: SessionId,
    created_at: i64,
    last_used_at: i64,
    expires_at: i64,
    current: bool,
    user_agent: Option<String>,
}

impl SessionItem {
    /// The session as it looks from `current`.
    pub(crate) fn seen_from(current: SessionId, session: Session) -> Self {
        Self {
            session_id: session.id,
            created_at: session.created_at.seconds(),
            last_used_at: session.last_used_at.seconds(),
            expires_at: session.expires_at.seconds(),
            current: session.id == current,
            user_agent: session.user_agent,
        }
    }
}

/// `POST /api/user/tokens`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateApiToken {
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    /// Seconds.
    pub(crate) expires_in: Option<i64>,
    pub(crate) password: Option<Secret>,
}

/// An API token that was just made; the only answer that shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedApiToken {
    token_id: ApiTokenId,
    name: String,
    scopes: Scopes,
    token: String,
    created_at: i64,
    expires_at: Option<i64>,
}

impl From<NewToken> for CreatedApiToken {
    fn from((made, token): NewToken) -> Self {
        Self {
            token_id: made.id,
            name: made.name.as_str().to_owned(),
            scopes: made.scopes,
            token: token.expose().to_owned(),
            created_at: made.created_at.seconds(),
            expires_at: made.expires_at.map(Millis::seconds),
        }
    }
}

/// One's own API tokens.
#[derive(Debug, Serialize)]
pub(crate) struct ApiTokens {
    pub(crate) tokens: Vec<ApiTokenItem>,
}

/// One of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiTokenItem {
    token_id: ApiTokenId,
    name: String,
    scopes: Scopes,
    created_at: i64,
    last_used_at: Option<i64>,
    expires_at: Option<i64>,
}

impl From<ApiToken> for ApiTokenItem {
    fn from(token: ApiToken) -> Self {
        Self {
            token_id: token.id,
            name: token.name.as_str().to_owned(),
            scopes: token.scopes,
            created_at: token.created_at.seconds(),
            last_used_at: token.last_used_at.map(Millis::seconds),
            expires_at: token.expires_at.map(Millis::seconds),
        }
    }
}

/// `POST /api/user/token`.
#[derive(Debug, Deserialize)]
pub(crate) struct IssueToken {
    pub(crate) kind: TokenFor,
}

/// A signed token.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IssuedToken {
    pub(crate) token: String,
    expires_at: i64,
}

impl From<&Issued> for IssuedToken {
    fn from(issued: &Issued) -> Self {
        Self {
            token: issued.token.expose().to_owned(),
            expires_at: issued.expires_at.seconds(),
        }
    }
}

/// `GET /api/status`.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) status: &'static str,
}

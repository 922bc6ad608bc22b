//! The operator makes credentials for people, and exchanges the key that signs.

use actix_web::web::{Data, Json};
use latchkey_common::auth::{Scopes, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::once::unkeyed;
use latchkey_common::server::OperatorCaller;
use latchkey_common::wire::operator::OperatorError;
use latchkey_contracts::known_scopes;
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::app::App;
use crate::app::account::find::find_by_name;
use crate::app::key::signing_keys::{list_signing_keys, rotate_signing_key};
use crate::app::token::create_api_token::{self, CreateApiToken};
pub use crate::app::token::issue_token::TokenFor;
use crate::app::token::issue_token::{IssueToken, issue_token};
use crate::domain::api_token::{ApiTokenId, TokenName};
use crate::domain::signing_key::SigningKeyInfo;

/// `token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenWanted {
    /// Without regard to case.
    pub username: String,
    /// For which contract.
    pub kind: TokenFor,
    /// Seconds; not above zero makes a token that is over already. Absent: as the setting says.
    #[serde(default)]
    pub expires_in_s: Option<i64>,
}

/// What `token` answers.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenMade {
    /// The token.
    pub token: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// `api-token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiTokenWanted {
    /// Without regard to case.
    pub username: String,
    /// Words separated by commas or blanks; empty: none, and then the token only says whose it is.
    pub scopes: String,
    /// What it is called in its owner's list.
    pub name: String,
    /// Seconds. Absent: as the setting says.
    #[serde(default)]
    pub expires_in_s: Option<i64>,
}

/// What `api-token` answers.
#[derive(Clone, Serialize, Deserialize)]
pub struct ApiTokenMade {
    /// In the owner's list.
    pub id: ApiTokenId,
    /// What it may do.
    pub scopes: Scopes,
    /// Shown this once.
    pub token: String,
    /// RFC 3339; absent: it ends when it is revoked.
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// What `signing-keys` and `rotate-signing-key` answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Keys {
    /// The newest first.
    pub keys: Vec<Key>,
}

/// A signing key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    /// Its id.
    pub kid: String,
    /// `EdDSA` or `RS256`.
    pub algorithm: String,
    /// RFC 3339.
    pub created_at: String,
    /// Absent: it is published and waits; it signs when it is known everywhere.
    #[serde(default)]
    pub signs_since: Option<String>,
    /// Absent: it signs, or will.
    pub retired_at: Option<String>,
    /// When the last token under it ends; absent: there has been none.
    pub tokens_end_at: Option<String>,
}

impl From<SigningKeyInfo> for Key {
    fn from(key: SigningKeyInfo) -> Self {
        Self {
            kid: key.kid,
            algorithm: key.algorithm.to_string(),
            created_at: key.created_at.rfc3339(),
            signs_since: key.signs_since.map(Millis::rfc3339),
            retired_at: key.retired_at.map(Millis::rfc3339),
            tokens_end_at: Some(key.tokens_end_at)
                .filter(|end| end.0 > 0)
                .map(Millis::rfc3339),
        }
    }
}

pub(super) async fn issue(
    by: OperatorCaller,
    app: Data<App>,
    Json(ask): Json<TokenWanted>,
) -> Answer<TokenMade> {
    let ask = IssueToken {
        user: named(&app, &ask.username).await?,
        session: None,
        by: Some(by.actor()),
        kind: ask.kind,
        life_s: ask.expires_in_s,
    };
    let issued = issue_token(&app, ask).await?;
    Ok(Json(TokenMade {
        token: issued.token.expose().to_owned(),
        expires_at: issued.expires_at.rfc3339(),
    }))
}

pub(super) async fn create_api_token(
    by: OperatorCaller,
    app: Data<App>,
    Json(ask): Json<ApiTokenWanted>,
) -> Answer<ApiTokenMade> {
    let wanted = CreateApiToken {
        user: named(&app, &ask.username).await?,
        asker: None,
        by: Some(by.actor()),
        name: TokenName::parse(&ask.name)
            .ok_or_else(|| OperatorError::invalid("a name has 1 to 64 visible characters"))?,
        scopes: Scopes::parse(&ask.scopes)
            .and_then(known_scopes)
            .filter(|scopes| ask.scopes.is_empty() || !scopes.is_empty())
            .ok_or_else(bad_scopes)?,
        life_s: ask.expires_in_s,
    };
    let made = create_api_token::create_api_token(&app, wanted, None).await;
    let (made, token) = unkeyed(made)?;
    Ok(Json(ApiTokenMade {
        id: made.id,
        scopes: made.scopes,
        token: token.expose().to_owned(),
        expires_at: made.expires_at.map(Millis::rfc3339),
    }))
}

pub(super) async fn keys(_: OperatorCaller, app: Data<App>) -> Answer<Keys> {
    Ok(Json(answer(list_signing_keys(&app).await?)))
}

pub(super) async fn rotate(by: OperatorCaller, app: Data<App>) -> Answer<Keys> {
    Ok(Json(answer(rotate_signing_key(&app, by.actor()).await?)))
}

fn answer(keys: Vec<SigningKeyInfo>) -> Keys {
    Keys {
        keys: keys.into_iter().map(Key::from).collect(),
    }
}

async fn named(app: &App, username: &str) -> Result<UserId, OperatorError> {
    let found = find_by_name(app, username).await?;
    found
        .map(|account| account.id)
        .ok_or_else(|| OperatorError::not_found("user"))
}

fn bad_scopes() -> OperatorError {
    OperatorError::invalid(
        "scopes are words like invite:read, separated by commas; permissions are read, write and delete",
    )
}

//! What an operator asks about choirs: keys, who may make them, and an invitation of the operator's.

use std::time::Duration;

use actix_web::web::{self, Json};
use latchkey_common::fault::Fault;
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use serde::{Deserialize, Serialize};

use super::{Answer, user_named};
use crate::app::App;
use crate::app::choir::create_invitation::{MadeWith, create_choir_invitation};
use crate::app::choir::create_key::{CreateKeyError, create_operator_key};
use crate::app::choir::list_keys::list_all_choir_keys;
use crate::app::choir::revoke_key::{RevokeKeyError, revoke_any_choir_key};
use crate::app::choir::whitelist::set_whitelisted;
pub use crate::domain::choir::ChoirKeyId;
use crate::domain::choir::ChoirTexts;

const CHOIRS: &str = "choirs";

pub(super) fn routes() -> [InternalRoute; 5] {
    [
        InternalRoute::operator(CHOIRS, "create-key", create_key),
        InternalRoute::operator(CHOIRS, "list-keys", list_keys),
        InternalRoute::operator(CHOIRS, "revoke-key", revoke_key),
        InternalRoute::operator(CHOIRS, "whitelist", whitelist),
        InternalRoute::operator(CHOIRS, "invite", invite),
    ]
}

/// `key choir`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateChoirKey {
    /// What the key is called.
    pub name: String,
}

/// A new key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MadeChoirKey {
    /// Its number.
    pub id: ChoirKeyId,
    /// The key, shown this once.
    pub key: String,
    /// What it is called.
    pub name: String,
}

/// A key in the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChoirKeyInfo {
    /// Its number.
    pub id: ChoirKeyId,
    /// Whose; `None`: the operator's.
    pub owner: Option<String>,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_at: String,
}

/// `key list`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChoirKeyList {
    /// All keys that are alive, newest first.
    pub keys: Vec<ChoirKeyInfo>,
}

/// `key revoke ID`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeChoirKey {
    /// The key's number.
    pub id: ChoirKeyId,
}

/// `choir whitelist U`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Whitelist {
    /// A username.
    pub user: String,
    /// On the list from now on, or off it.
    pub listed: bool,
}

/// How somebody stands on the white list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChoirListed {
    /// The name that was given.
    pub user: String,
    /// Whether they may make keys now, as far as the list tells; settings may name them too.
    pub listed: bool,
}

/// `choir invite`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteToChoir {
    /// A user of the platform.
    pub creator: String,
    /// The recipient.
    pub invitee: String,
    /// A choir of the platform.
    pub choir: String,
    /// Milliseconds; zero and less make one that is over already. `None`: as long as usual.
    pub ttl_ms: Option<i64>,
}

/// A new choir invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChoirInvited {
    /// The id that the contract shows.
    pub id: String,
    /// When it ends.
    pub expires_at: String,
}

async fn create_key(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<CreateChoirKey>,
) -> Answer<MadeChoirKey> {
    match create_operator_key(&app, by.actor(), ask.name).await {
        Ok((key, text)) => Ok(Json(MadeChoirKey {
            id: key.id,
            key: text.expose().to_owned(),
            name: key.name,
        })),
        Err(CreateKeyError::Fault(fault)) => Err(fault.into()),
        Err(refusal) => Err(OperatorError::conflict(&refusal)),
    }
}

async fn list_keys(_: OperatorCaller, app: web::Data<App>) -> Answer<ChoirKeyList> {
    let (keys, people) = list_all_choir_keys(&app).await?;
    let keys = keys
        .into_iter()
        .map(|key| ChoirKeyInfo {
            id: key.id,
            owner: key.owner.map(|id| people.name(id)),
            name: key.name,
            created_at: key.created_at.rfc3339(),
        })
        .collect();
    Ok(Json(ChoirKeyList { keys }))
}

async fn revoke_key(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<RevokeChoirKey>,
) -> Answer<RevokeChoirKey> {
    match revoke_any_choir_key(&app, by.actor(), ask.id).await {
        Ok(()) => Ok(Json(ask)),
        Err(RevokeKeyError::Fault(fault)) => Err(fault.into()),
        Err(RevokeKeyError::NotAllowed | RevokeKeyError::NotFound) => {
            Err(OperatorError::not_found("key"))
        }
    }
}

async fn whitelist(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<Whitelist>,
) -> Answer<ChoirListed> {
    let user = user_named(&app, &ask.user).await?;
    set_whitelisted(&app, by.actor(), (user, &ask.user), ask.listed).await?;
    Ok(Json(ChoirListed {
        user: ask.user,
        listed: ask.listed,
    }))
}

async fn invite(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<InviteToChoir>,
) -> Answer<ChoirInvited> {
    let now = app.db.clock().now();
    let expires_at = match ask.ttl_ms {
        None => now.plus(app.settings.choir_life()),
        Some(ms) => match u64::try_from(ms) {
            Ok(ms) => now.plus(Duration::from_millis(ms)),
            Err(_) => now.minus(Duration::from_millis(ms.unsigned_abs())),
        },
    };
    let texts = ChoirTexts {
        creator: ask.creator,
        invitee: ask.invitee,
        choir_id: ask.choir,
        user_id: String::new(),
    };
    if !texts.is_into_a_choir() {
        return Err(Fault::invalid("an invitation needs an invitee and a choir").into());
    }
    let id =
        create_choir_invitation(&app, texts, MadeWith::Command(by.actor()), expires_at).await?;
    Ok(Json(ChoirInvited {
        id: id.as_str().to_owned(),
        expires_at: expires_at.rfc3339(),
    }))
}

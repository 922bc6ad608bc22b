//! The users service, answering other processes.

use std::sync::Arc;

use latchkey_common::auth::{SessionId, Subject, UserId};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::rpc::route;
use latchkey_common::secret::TokenHash;
use latchkey_common::server::Mount;

use super::wire::NewAccount;
use super::{CreateAccount, UsersApi};
use crate::wire::Page;

/// Every call that [`super::UsersClient`] makes.
pub fn mount(users: &Arc<dyn UsersApi>) -> Mount {
    let users = Arc::clone(users);
    Arc::new(move |config| {
        crate::calls!(config, "users", users, {
            "resolve-session" => |api, token: TokenHash| api.resolve(&token).await,
            "resolve-api-token" => |api, token: TokenHash| api.resolve_api_token(&token).await,
            "account-state" => |api, subject: Subject| api.account_state(&subject).await,
            "public-keys" => |api, _nothing: ()| api.public_keys().await,
            "create-account" => |api, ask: NewAccount| {
                api.create_account(CreateAccount::try_from(ask)?).await
            },
            "decide-account" => |api, key: ActKey| api.decide_account(key).await,
            "by-ids" => |api, ids: Vec<UserId>| api.by_ids(ids).await,
            "by-uuids" => |api, uuids: Vec<String>| api.by_uuids(uuids).await,
            "by-handle" => |api, handle: String| api.by_handle(handle).await,
            "by-username" => |api, username: String| api.by_username(username).await,
            "has-super-user" => |api, _nothing: ()| api.has_super_user().await,
            "live-sessions" => |api, sessions: Vec<SessionId>| api.live_sessions(sessions).await,
            "made-acts" => |api, page: Page<Option<ActKey>>| {
                api.made_acts(page.after, page.limit).await
            },
            "events" => |api, page: Page<i64>| api.events(page.after, page.limit).await,
        });
    })
}

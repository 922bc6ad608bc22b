//! The users service, answering other processes.

use std::sync::Arc;

use latchkey_common::auth::{SessionId, Subject, UserId};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::rpc::route;
use latchkey_common::secret::TokenHash;
use latchkey_common::server::InternalRoute;

use super::own::OwnLink;
use super::wire::NewAccount;
use super::{CreateAccount, FirstSession, Part, UsersApi};
use crate::wire::Page;

/// Every call that [`super::UsersClient`] makes, and who makes it: nobody else is answered.
pub fn routes(users: &Arc<dyn UsersApi>) -> Vec<InternalRoute> {
    crate::calls!("users", users, {
        "resolve-session" ["channels", "invitations"] => |api, token: TokenHash| {
            api.resolve(&token).await
        },
        "resolve-api-token" ["invitations"] => |api, token: TokenHash| {
            api.resolve_api_token(&token).await
        },
        "account-state" ["invitations", "discord"] => |api, subject: Subject| {
            api.account_state(&subject, None).await
        },
        "account-in-session" ["invitations", "discord"] => |api, whose: (Subject, Option<SessionId>)| {
            let (subject, session) = whose;
            api.account_state(&subject, session).await
        },
        "public-keys" ["invitations", "discord"] => |api, _nothing: ()| api.public_keys().await,
        "create-account" ["invitations"] => |api, ask: NewAccount| {
            api.create_account(CreateAccount::try_from(ask)?).await
        },
        "decide-account" ["invitations"] => |api, key: ActKey| api.decide_account(key).await,
        "begin-first-session" ["invitations"] => |api, ask: FirstSession| {
            api.begin_first_session(ask).await
        },
        "by-ids" ["channels", "invitations", "discord"] => |api, ids: Vec<UserId>| api.by_ids(ids).await,
        "by-uuids" ["invitations"] => |api, uuids: Vec<String>| api.by_uuids(uuids).await,
        "by-handle" ["invitations"] => |api, handle: String| api.by_handle(handle).await,
        "by-username" ["invitations"] => |api, username: String| api.by_username(username).await,
        "has-super-user" ["invitations"] => |api, _nothing: ()| api.has_super_user().await,
        "live-sessions" ["channels"] => |api, sessions: Vec<SessionId>| {
            api.live_sessions(sessions).await
        },
        "made-acts" ["invitations"] => |api, page: Page<Option<ActKey>>| {
            api.made_acts(page.after, page.limit).await
        },
        "own-account" ["invitations"] => |api, user: UserId| api.own_account(user).await,
        "holds-link" ["discord"] => |api, whose: (UserId, Option<OwnLink>)| {
            let (user, link) = whose;
            api.holds_link(user, link).await
        },
        "departed" ["channels", "invitations", "discord"] => |api, part: Part| {
            api.departed(part).await
        },
        "forgotten" ["channels", "invitations", "discord"] => |api, whose: (Part, UserId)| {
            let (part, user) = whose;
            api.forgotten(part, user).await
        },
        "events" ["invitations"] => |api, page: Page<i64>| {
            api.events(page.after, page.limit).await
        },
    })
}

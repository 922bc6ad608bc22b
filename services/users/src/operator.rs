//! The operator's calls: `POST /operator/users/<command>`, JSON in and out. Who is the operator is the
//! listener's business (the socket in the data folder, or the internal port behind the operator's
//! key), which hands each command the permission, [`OperatorCaller`]. The types are public, so that
//! the command line sends and reads the same ones.

mod credentials;
mod error;
mod types;

use actix_web::web::{Data, Json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_common::audit::{self, Actor, Entries, Reason};
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_common::secret::random_bytes;
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use latchkey_peers::users::{Password, Username};

pub use self::credentials::{
    ApiTokenMade, ApiTokenWanted, Key, Keys, TokenFor, TokenMade, TokenWanted,
};
pub use self::types::{
    ChangeUser, CreateUser, ListUsers, NamedUser, ResetLinkMade, SetEmail, SetPassword, UserInfo,
    UserList, UserWithPassword,
};

use crate::app::App;
use crate::app::account::audit::read_audit;
use crate::app::account::create_user::{self, create_user};
use crate::app::account::delete_account::delete_account;
use crate::app::account::end_sessions::end_sessions;
use crate::app::account::find::{find_by_name, list_users};
use crate::app::account::lock::{lock_user, unlock_user};
use crate::app::account::make_reset_link::make_reset_link;
use crate::app::account::set_email::set_email;
use crate::app::account::set_password::set_password;
use crate::app::account::set_super_user::set_super_user;
use crate::domain::email::Email;

/// The operator's routes.
pub(crate) fn routes(app: &Data<App>) -> Vec<InternalRoute> {
    [
        InternalRoute::operator(USERS, "create", create),
        InternalRoute::operator(USERS, "show", show),
        InternalRoute::operator(USERS, "list", list),
        InternalRoute::operator(USERS, "promote", promote),
        InternalRoute::operator(USERS, "demote", demote),
        InternalRoute::operator(USERS, "set-email", change_email),
        InternalRoute::operator(USERS, "set-password", change_password),
        InternalRoute::operator(USERS, "lock", lock),
        InternalRoute::operator(USERS, "unlock", unlock),
        InternalRoute::operator(USERS, "delete", delete),
        InternalRoute::operator(USERS, "reset-link", reset_link),
        InternalRoute::operator(USERS, "end-sessions", sign_out),
        InternalRoute::operator(USERS, "audit", audit),
        InternalRoute::operator(USERS, "token", credentials::issue),
        InternalRoute::operator(USERS, "api-token", credentials::create_api_token),
        InternalRoute::operator(USERS, "signing-keys", credentials::keys),
        InternalRoute::operator(USERS, "rotate-signing-key", credentials::rotate),
    ]
    .map(|route| route.with(app.clone()))
    .to_vec()
}

const USERS: &str = "users";

type Answer<T = UserInfo> = Result<Json<T>, OperatorError>;

async fn create(
    by: OperatorCaller,
    app: Data<App>,
    Json(ask): Json<CreateUser>,
) -> Answer<UserWithPassword> {
    let (password, generated) = password_or_random(ask.password)?;
    let new = create_user::CreateUser {
        username: Username::parse(&ask.username).ok_or_else(bad_username)?,
        email: ask.email.as_deref().map(parse_email).transpose()?,
        password,
        is_super_user: ask.is_super_user,
    };
    let user = create_user(&app, by.actor(), new).await?.into();
    Ok(Json(UserWithPassword {
        user,
        password: generated,
    }))
}

async fn show(_: OperatorCaller, app: Data<App>, Json(ask): Json<NamedUser>) -> Answer {
    let found = find_by_name(&app, &ask.username).await?;
    let account = found.ok_or_else(|| OperatorError::not_found("user"))?;
    Ok(Json(UserInfo::from(account)))
}

async fn list(_: OperatorCaller, app: Data<App>, Json(ask): Json<ListUsers>) -> Answer<UserList> {
    let page = Page {
        after: ask.after,
        limit: ask.limit,
    };
    let found = list_users(&app, page).await?;
    Ok(Json(UserList {
        users: found.items.into_iter().map(UserInfo::from).collect(),
        next: found.next,
    }))
}

async fn promote(by: OperatorCaller, app: Data<App>, Json(ask): Json<ChangeUser>) -> Answer {
    let by = because(by, ask.reason.as_deref())?;
    let changed = set_super_user(&app, by, &ask.username, true).await?;
    Ok(Json(changed.into()))
}

async fn demote(by: OperatorCaller, app: Data<App>, Json(ask): Json<ChangeUser>) -> Answer {
    let by = because(by, ask.reason.as_deref())?;
    let changed = set_super_user(&app, by, &ask.username, false).await?;
    Ok(Json(changed.into()))
}

fn because(by: OperatorCaller, reason: Option<&str>) -> Result<Actor, OperatorError> {
    let reason = Reason::parse(reason.unwrap_or_default());
    let reason = reason.map_err(|unfit| OperatorError::invalid(unfit.to_string()))?;
    Ok(by.actor().because(reason))
}

async fn audit(_: OperatorCaller, app: Data<App>, Json(ask): Json<audit::Ask>) -> Answer<Entries> {
    let found = read_audit(&app, &ask).await?;
    Ok(Json(found.into()))
}

async fn change_email(by: OperatorCaller, app: Data<App>, Json(ask): Json<SetEmail>) -> Answer {
    let email = match ask.email.as_deref() {
        None | Some("") => None,
        Some(text) => Some(parse_email(text)?),
    };
    Ok(Json(
        set_email(&app, by.actor(), &ask.username, email)
            .await?
            .into(),
    ))
}

async fn change_password(
    by: OperatorCaller,
    app: Data<App>,
    Json(ask): Json<SetPassword>,
) -> Answer<UserWithPassword> {
    let (password, generated) = password_or_random(ask.password)?;
    let user = set_password(&app, by.actor(), &ask.username, password)
        .await?
        .into();
    Ok(Json(UserWithPassword {
        user,
        password: generated,
    }))
}

async fn lock(by: OperatorCaller, app: Data<App>, Json(ask): Json<ChangeUser>) -> Answer {
    let by = because(by, ask.reason.as_deref())?;
    Ok(Json(lock_user(&app, by, &ask.username).await?.into()))
}

async fn unlock(by: OperatorCaller, app: Data<App>, Json(ask): Json<ChangeUser>) -> Answer {
    let by = because(by, ask.reason.as_deref())?;
    Ok(Json(unlock_user(&app, by, &ask.username).await?.into()))
}

async fn delete(by: OperatorCaller, app: Data<App>, Json(ask): Json<ChangeUser>) -> Answer {
    let by = because(by, ask.reason.as_deref())?;
    Ok(Json(delete_account(&app, by, &ask.username).await?.into()))
}

async fn reset_link(
    by: OperatorCaller,
    app: Data<App>,
    Json(ask): Json<ChangeUser>,
) -> Answer<ResetLinkMade> {
    let by = because(by, ask.reason.as_deref())?;
    let made = make_reset_link(&app, by, &ask.username).await?;
    Ok(Json(ResetLinkMade {
        link: app.reset_link(&made.secret),
        expires_at: made.expires_at.rfc3339(),
    }))
}

async fn sign_out(by: OperatorCaller, app: Data<App>, Json(ask): Json<ChangeUser>) -> Answer {
    let by = because(by, ask.reason.as_deref())?;
    Ok(Json(end_sessions(&app, by, &ask.username).await?.into()))
}

fn parse_email(text: &str) -> Result<Email, OperatorError> {
    Email::parse(text).ok_or_else(|| OperatorError::invalid("this cannot be an e-mail address"))
}

fn bad_username() -> OperatorError {
    OperatorError::invalid(
        "a username has 4 to 32 characters, none of them invisible, letters of one script, no blank at either end \
         and none of @ / \\ ? # %",
    )
}

/// Bytes of a password that we make: 144 bits, 24 characters.
const PASSWORD_BYTES: usize = 18;

/// The password that was given; or a random one, and its text to be shown once.
fn password_or_random(given: Option<String>) -> Result<(Password, Option<String>), OperatorError> {
    let (text, generated) = if let Some(text) = given {
        (text, None)
    } else {
        let text = URL_SAFE_NO_PAD.encode(random_bytes::<PASSWORD_BYTES>()?);
        (text.clone(), Some(text))
    };
    let password =
        Password::parse(&text).ok_or(Fault::invalid("a password has 8 to 256 characters"))?;
    Ok((password, generated))
}

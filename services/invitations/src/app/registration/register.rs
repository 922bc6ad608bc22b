//! Making an account with a registration invitation.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_peers::users::{
    CreateAccount, CreateAccountError, Password, UserView, Username, UsersApi,
};

use crate::app::App;
use crate::app::engine::answer_again::answer_again;
use crate::app::engine::once::OnceError;
use crate::app::engine::redeem::{Act, ActError, RedeemError, redeem_once};
use crate::domain::claim::{Claim, Which};
use crate::domain::invitation::{EndReason, Invitation, Use};
use crate::domain::kind::{Direction, FIRST_ACCOUNT_SLOT, Kind, RegistrationGrants};
use crate::settings::WhoMayInvite;

/// What somebody sends who wants an account.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    /// The invitation's secret.
    pub(crate) token: Secret,
    /// The wanted name.
    pub(crate) username: String,
    /// The wanted password.
    pub(crate) password: Secret,
}

/// Why there is no account. Checked in this order; a form that is wrong costs no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegisterError {
    /// This name cannot be a username.
    #[error("not a username")]
    NoUsername(String),
    /// This password is too short or too long.
    #[error("not a password")]
    NoPassword(Secret),
    /// The invitation is unknown, used, ended, or its issuer may invite no more.
    #[error("not a valid invitation")]
    InvalidInvitation,
    /// The name is kept for super users; the invitation is whole.
    #[error("the username is reserved")]
    UsernameReserved,
    /// The password is among the first that are tried; the invitation is whole.
    #[error("the password is one of the most common ones")]
    CommonPassword,
    /// The password is the name; the invitation is whole.
    #[error("the password is the username")]
    NameAsPassword,
    /// The name is taken; the invitation is whole.
    #[error("the username is taken")]
    UsernameTaken,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Lets somebody in, for a call that may have a key.
pub(crate) async fn register(
    app: &App,
    form: Registration,
    once: Option<Once<UserView>>,
) -> Result<Made<UserView>, CallError<RegisterError>> {
    answer_again(
        app,
        once,
        async |call| {
            let made = register_once(app, form, call).await;
            made.map(|(_, account)| account)
        },
        async |used| made_before(app, used).await,
    )
    .await
}

async fn made_before(app: &App, used: Use) -> Result<UserView, RegisterError> {
    let found = app.users.by_ids(used.user_id.into_iter().collect()).await?;
    let found = found.into_iter().next();
    Ok(found.ok_or_else(|| Fault::internal("a used invitation without an account"))?)
}

/// The same, told by the key of the act too.
pub(in crate::app) async fn register_once(
    app: &App,
    form: Registration,
    call: Option<OneCall>,
) -> Result<(ActKey, UserView), OnceError<RegisterError>> {
    let which = Which::Secret(TokenHash::of(form.token.expose()));
    let wanted = form.username.clone();
    let account = NewAccount::read(form.username, form.password).map_err(OnceError::Refused)?;
    let claim = Claim {
        which,
        kind: Kind::Registration,
        direction: Direction::Offer,
        target_id: None,
        user_id: None,
        email: None,
        username: wanted,
        several: false,
    };
    let made = redeem_once(app, claim, call, MakeAccount::of(app, account)).await;
    made.map_err(|error| match error {
        RedeemError::Invitation(_) => OnceError::Refused(RegisterError::InvalidInvitation),
        RedeemError::Act(refused) => OnceError::Refused(refused.into()),
        RedeemError::Repeated(begun) => OnceError::Repeated(begun),
        RedeemError::InDoubt(key, fault) => OnceError::InDoubt(key, fault),
        RedeemError::Fault(fault) => fault.into(),
    })
}

/// Why users makes no account.
#[derive(Debug)]
pub(in crate::app) enum Refused {
    /// Another account has the name.
    UsernameTaken,
    /// The name is kept for super users.
    UsernameReserved,
    /// The password is among the first that are tried.
    CommonPassword,
    /// The password is the name.
    NameAsPassword,
    /// The invitation lets nobody in.
    Invitation,
}

impl From<Refused> for RegisterError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::UsernameTaken => Self::UsernameTaken,
            Refused::UsernameReserved => Self::UsernameReserved,
            Refused::CommonPassword => Self::CommonPassword,
            Refused::NameAsPassword => Self::NameAsPassword,
            Refused::Invitation => Self::InvalidInvitation,
        }
    }
}

/// An account that somebody wants, its name and password in the right form.
#[derive(Debug)]
pub(in crate::app) struct NewAccount {
    /// The wanted name.
    pub(in crate::app) username: Username,
    password: Password,
}

impl NewAccount {
    /// Reads a name and a password.
    pub(in crate::app) fn read(username: String, password: Secret) -> Result<Self, RegisterError> {
        match (
            Username::parse(&username),
            Password::parse(password.expose()),
        ) {
            (None, _) => Err(RegisterError::NoUsername(username)),
            (_, None) => Err(RegisterError::NoPassword(password)),
            (Some(username), Some(password)) => Ok(Self { username, password }),
        }
    }
}

/// Making an account, by key.
pub(in crate::app) struct MakeAccount {
    users: Arc<dyn UsersApi>,
    account: NewAccount,
    by_super_users: bool,
}

impl MakeAccount {
    /// Making this one.
    pub(in crate::app) fn of(app: &App, account: NewAccount) -> Self {
        Self {
            users: Arc::clone(&app.users),
            account,
            by_super_users: app.settings.who_may_invite == WhoMayInvite::SuperUsers,
        }
    }
}

#[async_trait]
impl Act for MakeAccount {
    type Made = UserView;
    type Refused = Refused;

    async fn perform(
        self,
        key: ActKey,
        invitation: &Invitation,
    ) -> Result<UserView, ActError<Refused>> {
        let is_first = invitation.slot.as_deref() == Some(FIRST_ACCOUNT_SLOT);
        if is_first && self.users.has_super_user().await.map_err(ActError::Fault)? {
            // The operator has made a super user by command since the link was printed.
            return Err(ActError::Refused(
                Refused::Invitation,
                Some(EndReason::Replaced),
            ));
        }
        let ask = CreateAccount {
            key,
            username: self.account.username,
            password: self.account.password,
            is_super_user: RegistrationGrants::from_bits(invitation.grants).super_user,
            issuer: invitation.issuer_id,
            by_super_users: self.by_super_users,
        };
        self.users
            .create_account(ask)
            .await
            .map_err(|error| match error {
                CreateAccountError::UsernameTaken => {
                    ActError::Refused(Refused::UsernameTaken, None)
                }
                CreateAccountError::UsernameReserved => {
                    ActError::Refused(Refused::UsernameReserved, None)
                }
                CreateAccountError::CommonPassword => {
                    ActError::Refused(Refused::CommonPassword, None)
                }
                CreateAccountError::NameAsPassword => {
                    ActError::Refused(Refused::NameAsPassword, None)
                }
                CreateAccountError::IssuerLostRight => {
                    ActError::Refused(Refused::Invitation, Some(EndReason::IssuerLostRight))
                }
                CreateAccountError::Barred => ActError::Barred,
                CreateAccountError::Fault(fault) => ActError::Fault(fault),
            })
    }

    fn who(made: &UserView) -> UserId {
        made.id
    }
}

//! What others may ask of users: who an account is, whose a session is, and to make an account.

mod client;
mod departure;
pub mod own;
mod people;
mod server;
mod wire;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::{ApiCaller, SessionAuthority, SessionId, TokenAuthority, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::{refusals, text};
use serde::{Deserialize, Serialize};

use crate::events::{Batch, UserEvent};
use crate::{Decided, MadeAct};

pub use self::client::UsersClient;
pub use self::departure::{DELETED, Part};
use self::own::{OwnAccount, OwnLink};
pub use self::people::People;
pub use self::server::routes;

/// The users service, as the others see it.
#[async_trait]
pub trait UsersApi: SessionAuthority + TokenAuthority {
    /// Makes an account. The same key makes one account, however often it is asked for, and
    /// answers it each time. The password is hashed here; that may take its turn in a queue.
    async fn create_account(&self, ask: CreateAccount) -> Result<UserView, CreateAccountError>;

    /// Says how [`UsersApi::create_account`] with this key ended, and bars the key when it made nothing.
    async fn decide_account(&self, key: ActKey) -> Result<Decided<UserView>, Fault>;

    /// Begins the first session of the account that [`UsersApi::create_account`] with this key has just made:
    /// whoever makes an account is signed in with it. The same token begins one session. `None`: the key made
    /// nothing, or too long ago, or the account is locked; then its owner logs in.
    async fn begin_first_session(&self, ask: FirstSession) -> Result<Option<DeviceMark>, Fault>;

    /// The accounts with these ids, in no particular order; unknown ids are left out.
    async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserView>, Fault>;

    /// The accounts with these UUIDs (lower case, with hyphens), in no particular order; unknown ones are left out.
    async fn by_uuids(&self, uuids: Vec<String>) -> Result<Vec<UserView>, Fault>;

    /// The account with this name or, when there is an `@` in it, with this e-mail address; without
    /// regard to case. No name has an `@`, so a handle is one or the other.
    async fn by_handle(&self, handle: String) -> Result<Option<UserView>, Fault>;

    /// The account with this name, without regard to case.
    async fn by_username(&self, username: String) -> Result<Option<UserView>, Fault>;

    /// True once there is a super user: the first-start link is over.
    async fn has_super_user(&self) -> Result<bool, Fault>;

    /// Which of these are alive. Whoever keeps live streams asks once a second, where [`Self::on_sessions_ended`] is `false`.
    async fn live_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Fault>;

    /// Registers a hook that is called with the sessions that a call ended, after the commit and before the call is
    /// answered. `false`: this form of the peer cannot do so.
    fn on_sessions_ended(&self, hook: SessionsEnded) -> bool;

    /// The public keys that may still verify our signed tokens, each a JSON web key.
    async fn public_keys(&self) -> Result<Vec<String>, Fault>;

    /// The acts that made accounts, in the order of their keys; at most `limit` behind `after`, to compare the ledger with.
    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault>;

    /// What users holds of somebody. `None` when there is no such account.
    async fn own_account(&self, user: UserId) -> Result<Option<OwnAccount>, Fault>;

    /// Somebody has this link to Discord, or none. Said again it changes nothing.
    async fn holds_link(&self, user: UserId, link: Option<OwnLink>) -> Result<(), Fault>;

    /// Whose part is to be forgotten, at most a thousand; for a minute whoever has left, also again ([`Part`]).
    async fn departed(&self, part: Part) -> Result<Vec<UserId>, Fault>;

    /// This part of somebody is forgotten. With the last part their name is free.
    async fn forgotten(&self, part: Part, user: UserId) -> Result<(), Fault>;

    /// What happened to accounts after a position.
    async fn events(&self, after: i64, limit: i64) -> Result<Batch<UserEvent>, Fault>;
}

/// Hears which sessions have ended. It must not block.
pub type SessionsEnded = Arc<dyn Fn(&[SessionId]) + Send + Sync>;

/// An account as others may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserView {
    /// The number that most contracts show.
    pub id: UserId,
    /// The same account in the contracts that show UUIDs; fixed for life.
    pub uuid: String,
    /// The name as it was given.
    pub username: String,
    /// The address as it was given. Others see it by their relation: [`UserView::seen_by`].
    pub email: Option<String>,
    /// When the account was made.
    pub created_at: Millis,
    /// May do what operators may.
    pub is_super_user: bool,
    /// Shut out by an operator.
    pub is_locked: bool,
}

impl UserView {
    /// The account as `reader` sees it; `None` is somebody without an account. An address is for oneself,
    /// and for those who are in something together: `is_together` is whether these two are.
    #[must_use]
    pub fn seen_by(mut self, reader: Option<UserId>, is_together: bool) -> Self {
        if !is_together && reader != Some(self.id) {
            self.email = None;
        }
        self
    }
}

/// Whoever calls with a token is known already. A token of a locked account is not alive.
impl From<ApiCaller> for UserView {
    fn from(caller: ApiCaller) -> Self {
        Self {
            id: caller.user,
            uuid: caller.uuid,
            username: caller.username,
            email: caller.email,
            created_at: caller.created_at,
            is_super_user: caller.is_super_user,
            is_locked: false,
        }
    }
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct CreateAccount {
    /// Names the act.
    pub key: ActKey,
    /// The name it shall have.
    pub username: Username,
    /// Its password.
    pub password: Password,
    /// Whether it shall be a super user.
    pub is_super_user: bool,
    /// Who invited; the account is refused when that one is locked by now. `None`: the operator.
    pub issuer: Option<UserId>,
    /// Whether super users alone may invite: then it is refused too when that one is none by now.
    pub by_super_users: bool,
}

/// The session that somebody gets who has made an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FirstSession {
    /// Names the act that made the account.
    pub key: ActKey,
    /// The hash of the session's token. The token stays with whoever sends the cookie.
    pub token: TokenHash,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// What a device keeps on which somebody has signed in. Neither printed nor logged, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeviceMark {
    /// The text.
    pub text: String,
    /// Seconds for which it is known.
    pub life_s: u64,
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// Another account has the name, or one that differs in case only.
    #[error("the username is taken")]
    UsernameTaken,
    /// Who invited may no longer do so.
    #[error("the inviting account may invite nobody")]
    IssuerLostRight,
    /// The name is kept for those who look after the place.
    #[error("the username is reserved")]
    UsernameReserved,
    /// The password is among the first that are tried.
    #[error("the password is one of the most common ones")]
    CommonPassword,
    /// The password is the name.
    #[error("the password is the username")]
    NameAsPassword,
    /// The key was given up before.
    #[error("the act was given up")]
    Barred,
    /// Anything else; the outcome may be unknown.
    #[error(transparent)]
    Fault(#[from] Fault),
}

refusals!(CreateAccountError {
    UsernameTaken,
    IssuerLostRight,
    UsernameReserved,
    CommonPassword,
    NameAsPassword,
    Barred
});

/// A name that an account may have: a [name](text::is_name) of 4 to 32 characters, letters of one script
/// ([`text::is_of_one_script`]), and none of `@ / \ ? # %`, which have a meaning in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// `None` when the text cannot be a username.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text::is_name(text, 4, 32)
            && text::is_of_one_script(text)
            && !text.contains(['@', '/', '\\', '?', '#', '%']);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password that an account may have: 8 to 256 characters, never truncated, in the form in which it is
/// hashed ([`text::opaque`]). `Debug` hides it.
#[derive(Debug, Clone)]
pub struct Password(Secret);

impl Password {
    /// Characters of the longest.
    const LONGEST: usize = 256;

    /// Typed characters that may become one.
    const TYPED_FOR_ONE: usize = 4;

    /// `None` when the text is too short or too long.
    pub fn parse(text: &str) -> Option<Self> {
        if Self::is_too_long(text) {
            return None;
        }
        let text = text::opaque(text);
        text::has_length(&text, 8, Self::LONGEST).then(|| Self(Secret::new(text)))
    }

    /// True for a text that is nobody's password, because it is longer than any.
    pub fn is_too_long(text: &str) -> bool {
        // Accents that are typed by themselves become one with their letters.
        !text::has_length(text, 0, Self::LONGEST * Self::TYPED_FOR_ONE)
            || !text::has_length(text, 0, Self::LONGEST)
                && !text::has_length(&text::opaque(text), 0, Self::LONGEST)
    }

    /// The text, for hashing.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_four_to_thirty_two_visible_characters() {
        for good in [
            "John",
            "startuser",
            "Zoë Müller",
            "李李李李",
            &"a".repeat(32),
        ] {
            assert!(Username::parse(good).is_some(), "{good:?}");
        }
        for bad in [
            "",
            "abc",
            " John",
            "John ",
            "a@bc",
            "a/bc",
            "a\\bc",
            "a?bc",
            "a#bc",
            "a%bc",
            "ab\0cd",
            "ab\u{202e}cd",
            "\u{3164}\u{3164}\u{3164}\u{3164}",
            "p\u{430}ypal",
            "Анна Smith",
            &"a".repeat(33),
        ] {
            assert!(Username::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn passwords_have_a_length_and_nothing_else() {
        assert!(Password::parse("        ").is_some());
        assert!(Password::parse("1234567").is_none());
        // Eight as they are typed, seven as they are seen.
        assert!(Password::parse("Zu\u{308}rich").is_none());
        assert_eq!(
            Password::parse("Zu\u{308}rich\u{a0}1").unwrap().expose(),
            "Z\u{fc}rich 1"
        );
        assert!(Password::parse(&"u\u{308}".repeat(256)).is_some());
        assert!(Password::parse(&"u\u{308}".repeat(257)).is_none());
        assert!(Password::parse(&"x".repeat(257)).is_none());
        assert!(!format!("{:?}", Password::parse("password123")).contains("password123"));
    }
}

//! The trail: what an audit asks for. Who failed to sign in, which credential was made or revoked, what became of an
//! account, what the operator did, who was refused. One type of facts, and one place that writes them: lines of
//! the log under [`TARGET`], at the level of information.
//!
//! Who did it, from which address and by which call stands in the request's span (`user`, `client`, `path`), which is
//! part of every line. A fact is recorded when it has happened, after the commit, and never holds a
//! secret. Invitations are not in here: their ledger is in the database.
//!
//! What a super user or the operator did stands in the database too ([`crate::audit`]), made of the same facts.

mod verb;

use crate::auth::UserId;

pub use self::verb::Verb;

/// What to filter the log by.
pub const TARGET: &str = "latchkey::trail";

/// Something that has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact<'a> {
    /// A password was wrong, or the account is locked, or there is none.
    LoginFailed {
        /// As names are compared. What cannot be a name is not shown: it may be a password.
        name: Option<&'a str>,
    },
    /// Somebody can now do something that they could not before.
    CredentialMade(Credential, Option<UserId>),
    /// And now cannot any more.
    CredentialRevoked(Credential, Option<UserId>),
    /// An account is another than before.
    AccountChanged(UserId, Change),
    /// The operator was answered.
    Commanded {
        /// Which command: the path of its call.
        command: &'a str,
        /// Whom or what it names.
        target: &'a str,
        /// What came of it.
        status: u16,
    },
    /// Somebody was told that they may not, or that nobody knows them.
    Refused {
        /// As it was answered.
        status: u16,
        /// Why, where somebody calls who should not be there at all.
        why: Option<&'a str>,
    },
}

/// What lets somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// By its number.
    Session(i64),
    /// By its number.
    ApiToken(i64),
    /// A signed token; it has no number.
    Signed(&'static str),
    /// A key that signs tokens.
    SigningKey,
    /// By its number.
    ChoirKey(i64),
}

/// What became of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was made.
    Made,
    /// It was locked: its sessions and signed tokens have ended.
    Locked,
    /// It may sign in again.
    Unlocked,
    /// It is a super user now.
    Promoted,
    /// It is none any more.
    Demoted,
    /// It has another password: its other sessions and its signed tokens have ended.
    Password,
    /// It has another address, or none.
    Email,
    /// All its sessions and signed tokens were ended.
    SignedOut,
    /// There is a link with which another password is chosen.
    ResetLink,
    /// Another password was chosen with such a link: its sessions and signed tokens have ended.
    Reset,
    /// It is a deleted person's: its sessions, tokens and invitations have ended.
    Deleted,
}

impl Fact<'_> {
    /// Writes it down.
    pub fn record(self) {
        match self {
            Self::LoginFailed { name } => {
                tracing::info!(target: TARGET, fact = "login-failed", name, "a login failed");
            }
            Self::CredentialMade(what, account) => {
                let (kind, number) = what.named();
                let account = account.map(|account| account.0);
                tracing::info!(target: TARGET, fact = "credential-made", kind, number, account, "a credential was made");
            }
            Self::CredentialRevoked(what, account) => {
                let (kind, number) = what.named();
                let account = account.map(|account| account.0);
                tracing::info!(target: TARGET, fact = "credential-revoked", kind, number, account, "a credential was revoked");
            }
            Self::AccountChanged(account, change) => {
                let change = change.word();
                tracing::info!(target: TARGET, fact = "account-changed", account = account.0, change, "an account was changed");
            }
            Self::Commanded {
                command,
                target,
                status,
            } => {
                tracing::info!(target: TARGET, fact = "operator-command", command, on = target, status, "the operator was answered");
            }
            Self::Refused { status, why } => {
                tracing::info!(target: TARGET, fact = "refused", status, why, "somebody was refused");
            }
        }
    }
}

impl Credential {
    const fn named(self) -> (&'static str, Option<i64>) {
        match self {
            Self::Session(number) => ("session", Some(number)),
            Self::ApiToken(number) => ("api-token", Some(number)),
            Self::Signed(kind) => (kind, None),
            Self::SigningKey => ("signing-key", None),
            Self::ChoirKey(number) => ("choir-key", Some(number)),
        }
    }
}

impl Change {
    const fn word(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Promoted => "promoted",
            Self::Demoted => "demoted",
            Self::Password => "password",
            Self::Email => "email",
            Self::SignedOut => "signed-out",
            Self::ResetLink => "reset-link",
            Self::Reset => "reset",
            Self::Deleted => "deleted",
        }
    }
}

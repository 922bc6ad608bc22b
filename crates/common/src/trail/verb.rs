//! What somebody did to others or for the place, one word each: a closed list, for lines of the log and for rows of
//! the audit log alike.

use super::{Change, Credential, Fact};
use crate::text_enum;

text_enum! {
    /// What was done.
    Verb {
        /// An account was made without an invitation.
        AccountMade = "account-made",
        /// An account was locked.
        AccountLocked = "account-locked",
        /// An account was opened again.
        AccountUnlocked = "account-unlocked",
        /// Somebody became a super user.
        AccountPromoted = "account-promoted",
        /// Somebody is no super user any more.
        AccountDemoted = "account-demoted",
        /// Somebody was given another password.
        PasswordSet = "password-set",
        /// Somebody's address was set, or taken away.
        EmailSet = "email-set",
        /// An account was deleted.
        AccountDeleted = "account-deleted",
        /// All of somebody's sessions were ended.
        SessionsEnded = "sessions-ended",
        /// Somebody was given a link with which to choose another password.
        ResetLinkMade = "reset-link-made",
        /// Somebody chose another password with such a link.
        PasswordReset = "password-reset",
        /// A session was made for somebody.
        SessionMade = "session-made",
        /// One session of somebody was ended.
        SessionEnded = "session-ended",
        /// An API token was made for somebody.
        ApiTokenMade = "api-token-made",
        /// Somebody's API token was revoked.
        ApiTokenRevoked = "api-token-revoked",
        /// A signed token was made for somebody.
        SignedTokenMade = "signed-token-made",
        /// A signed token was taken back.
        SignedTokenRevoked = "signed-token-revoked",
        /// A key that signs tokens was made.
        SigningKeyMade = "signing-key-made",
        /// Such a key was taken back.
        SigningKeyRevoked = "signing-key-revoked",
        /// A key of the choir contract was made.
        ChoirKeyMade = "choir-key-made",
        /// Such a key was ended.
        ChoirKeyRevoked = "choir-key-revoked",
        /// The operator made an invitation.
        InvitationMade = "invitation-made",
        /// Somebody's invitation was taken back.
        InvitationRevoked = "invitation-revoked",
        /// Somebody's invitation was changed.
        InvitationEdited = "invitation-edited",
        /// Another invitation took the place of somebody's.
        InvitationRenewed = "invitation-renewed",
        /// Somebody's invitation was given another secret.
        InvitationSecretMade = "invitation-secret-made",
        /// A secret of somebody's invitation was taken back.
        InvitationSecretRevoked = "invitation-secret-revoked",
        /// Yes was said to somebody who asked to come in.
        JoinRequestApproved = "join-request-approved",
        /// No was said to somebody who asked to come in.
        JoinRequestRejected = "join-request-rejected",
        /// Somebody may make keys of the choir contract.
        ChoirListed = "choir-listed",
        /// Somebody may make no more of them.
        ChoirUnlisted = "choir-unlisted",
        /// A group was made for somebody.
        GroupMade = "group-made",
        /// Somebody was put into a group.
        GroupMemberAdded = "group-member-added",
        /// A namespace was made for somebody.
        NamespaceMade = "namespace-made",
        /// A Discord link was made for somebody.
        DiscordLinkMade = "discord-link-made",
        /// A Discord link was taken back.
        DiscordLinkRevoked = "discord-link-revoked",
        /// What people are asked who want an account was changed, or whether they may ask.
        ApplicationFormChanged = "application-form-changed",
    }
}

impl Verb {
    /// Whether it takes something from somebody: that goes on where there is no room for anything new.
    pub const fn takes_away(self) -> bool {
        matches!(
            self,
            Self::AccountLocked
                | Self::AccountDemoted
                | Self::PasswordSet
                | Self::SessionsEnded
                | Self::PasswordReset
                | Self::AccountDeleted
                | Self::SessionEnded
                | Self::ApiTokenRevoked
                | Self::SignedTokenRevoked
                | Self::SigningKeyRevoked
                | Self::ChoirKeyRevoked
                | Self::InvitationRevoked
                | Self::InvitationSecretRevoked
                | Self::JoinRequestRejected
                | Self::ChoirUnlisted
                | Self::DiscordLinkRevoked
        )
    }

    /// What a fact says that somebody did. `None` where nobody did it to anybody.
    pub const fn of(fact: &Fact<'_>) -> Option<Self> {
        match fact {
            Fact::AccountChanged(_, change) => Some(Self::of_change(*change)),
            Fact::CredentialMade(what, _) => Some(match what {
                Credential::Session(_) => Self::SessionMade,
                Credential::ApiToken(_) => Self::ApiTokenMade,
                Credential::Signed(_) => Self::SignedTokenMade,
                Credential::SigningKey => Self::SigningKeyMade,
                Credential::ChoirKey(_) => Self::ChoirKeyMade,
            }),
            Fact::CredentialRevoked(what, _) => Some(match what {
                Credential::Session(_) => Self::SessionEnded,
                Credential::ApiToken(_) => Self::ApiTokenRevoked,
                Credential::Signed(_) => Self::SignedTokenRevoked,
                Credential::SigningKey => Self::SigningKeyRevoked,
                Credential::ChoirKey(_) => Self::ChoirKeyRevoked,
            }),
            Fact::LoginFailed { .. } | Fact::Commanded { .. } | Fact::Refused { .. } => None,
        }
    }

    const fn of_change(change: Change) -> Self {
        match change {
            Change::Made => Self::AccountMade,
            Change::Locked => Self::AccountLocked,
            Change::Unlocked => Self::AccountUnlocked,
            Change::Promoted => Self::AccountPromoted,
            Change::Demoted => Self::AccountDemoted,
            Change::Password => Self::PasswordSet,
            Change::Email => Self::EmailSet,
            Change::SignedOut => Self::SessionsEnded,
            Change::ResetLink => Self::ResetLinkMade,
            Change::Reset => Self::PasswordReset,
            Change::Deleted => Self::AccountDeleted,
        }
    }
}

//! What is shown: ids are words, times have milliseconds.

use std::time::Duration;

use latchkey_common::clock::Millis;
use latchkey_common::secret::Secret;
use latchkey_contracts::pages::LANDING;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::times::span_text;
use latchkey_peers::channels::Permissions;
use serde::Serialize;

use super::landings::LandingShape;
use crate::app::invitation::show::Shown;
use crate::domain::grant::{Grant, Promise};
use crate::domain::group::Role;
use crate::domain::invitation::{EndReason, Invitation, OnLostRight, State};
use crate::domain::secret::SecretRow;

pub(super) type Words = &'static str;

/// One thing that is given, and for how long.
#[derive(Serialize)]
pub(super) struct GrantShape {
    #[serde(flatten)]
    what: What,
    /// Left out where it is for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_after: Option<String>,
}

impl GrantShape {
    /// For so many milliseconds; `None`: for good.
    pub(super) fn lasting(grant: Grant, ends_after: Option<i64>) -> Self {
        let span = |span| Duration::from_millis(u64::try_from(span).unwrap_or(0));
        Self {
            what: grant.into(),
            ends_after: ends_after.map(span).map(span_text),
        }
    }

    /// What an invitation or a request gives first.
    pub(super) fn first(row: &Invitation) -> Option<Self> {
        Some(Self::from(Promise::first(row)?))
    }
}

impl From<Promise> for GrantShape {
    fn from(promise: Promise) -> Self {
        Self::lasting(promise.grant, promise.ends_after)
    }
}

impl From<Grant> for GrantShape {
    fn from(grant: Grant) -> Self {
        Self::lasting(grant, None)
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum What {
    Account,
    Channel {
        channel: Id<ids::Channel>,
        permissions: Permissions,
    },
    Group {
        group: Id<ids::Group>,
        role: Words,
    },
    Namespace {
        namespace: Id<ids::Namespace>,
    },
}

impl From<Grant> for What {
    fn from(grant: Grant) -> Self {
        match grant {
            Grant::Account => Self::Account,
            Grant::Channel(channel, permissions) => Self::Channel {
                channel: Id::of(channel.0),
                permissions,
            },
            Grant::Group(group, role) => Self::Group {
                group: Id::of(group.0),
                role: match role {
                    Role::Admin => "admin",
                    Role::Member => "member",
                },
            },
            Grant::Namespace(namespace) => Self::Namespace {
                namespace: Id::of(namespace.0),
            },
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Audience {
    Anyone,
    Account { account: Id<ids::Account> },
    Email { email: String },
}

#[derive(Serialize)]
struct Uses {
    most: i64,
    taken: i64,
    settled: i64,
    left: i64,
}

/// An invitation.
#[derive(Serialize)]
pub(super) struct InvitationShape {
    id: Id<ids::Invitation>,
    state: Words,
    grants: Vec<GrantShape>,
    on_lost_right: Words,
    audience: Audience,
    inviter: Option<Id<ids::Account>>,
    uses: Uses,
    message: Option<String>,
    label: Option<String>,
    note: Option<String>,
    reference: Option<String>,
    created_at: String,
    expires_at: Option<String>,
    ended_at: Option<String>,
    end_reason: Option<Words>,
    revoked_because: Option<String>,
    replaces: Option<Id<ids::Invitation>>,
    admission: Words,
    landing: Option<LandingShape>,
}

impl InvitationShape {
    /// As it is at `now`: what has run out of time is shown so before a job has written it down.
    pub(super) fn of(shown: Shown, now: Millis) -> Self {
        let (row, mut texts) = (shown.invitation, shown.texts);
        Self {
            admission: shown.admission.as_str(),
            landing: LandingShape::of(&mut texts),
            replaces: shown.replaces.map(|old| Id::of(old.0)),
            id: Id::of(row.id.0),
            state: state(&row, now),
            grants: shown
                .grants
                .iter()
                .map(|one| GrantShape::from(*one))
                .collect(),
            on_lost_right: match row.on_lost_right {
                OnLostRight::Drop => "drop",
                OnLostRight::Refuse => "refuse",
            },
            // Of whom one has named by an address one sees that, and not whose it is.
            audience: match (row.recipient_email, row.recipient_id) {
                (Some(email), _) => Audience::Email { email },
                (None, None) => Audience::Anyone,
                (None, Some(account)) => Audience::Account {
                    account: Id::of(account.0),
                },
            },
            inviter: row.issuer_id.map(|issuer| Id::of(issuer.0)),
            uses: Uses {
                most: row.max_uses,
                taken: row.used,
                settled: row.settled,
                left: row.max_uses.saturating_sub(row.used),
            },
            message: texts.message,
            label: texts.label,
            note: texts.note,
            reference: texts.reference,
            created_at: row.created_at.rfc3339(),
            expires_at: row.expires_at.map(Millis::rfc3339),
            ended_at: row.decided_at.map(Millis::rfc3339),
            end_reason: row.end_reason.map(reason),
            revoked_because: texts.revoked_because,
        }
    }
}

/// An invitation as the one whom it is for sees it: what its maker notes down is for the maker.
#[derive(Serialize)]
pub(super) struct OfferShape {
    id: Id<ids::Invitation>,
    state: Words,
    grants: Vec<GrantShape>,
    inviter: Option<Id<ids::Account>>,
    message: Option<String>,
    created_at: String,
    expires_at: Option<String>,
    ended_at: Option<String>,
}

impl OfferShape {
    /// As it is at `now`.
    pub(super) fn of(shown: Shown, now: Millis) -> Self {
        let row = shown.invitation;
        Self {
            id: Id::of(row.id.0),
            state: state(&row, now),
            grants: shown.grants.into_iter().map(GrantShape::from).collect(),
            inviter: row.issuer_id.map(|issuer| Id::of(issuer.0)),
            message: shown.texts.message,
            created_at: row.created_at.rfc3339(),
            expires_at: row.expires_at.map(Millis::rfc3339),
            ended_at: row.decided_at.map(Millis::rfc3339),
        }
    }
}

/// How an invitation stands, in a word.
pub(super) fn state(row: &Invitation, now: Millis) -> Words {
    match row.state {
        State::Open if row.expires_at.is_some_and(|end| end <= now) => "expired",
        State::Open => "open",
        State::Accepted | State::UsedUp => "used_up",
        State::Declined => "declined",
        State::Withdrawn => "revoked",
        State::Expired => "expired",
    }
}

/// Why an invitation ended.
pub(super) const fn reason(reason: EndReason) -> Words {
    match reason {
        EndReason::TakenBack => "taken_back",
        EndReason::JoinedOtherwise => "joined_otherwise",
        EndReason::IssuerLostRight => "inviter_lost_right",
        EndReason::TargetClosed => "target_closed",
        EndReason::Replaced => "replaced",
    }
}

/// A secret in the list of its invitation's.
#[derive(Serialize)]
pub(super) struct SecretShape {
    id: Id<ids::Secret>,
    label: Option<String>,
    created_at: String,
    revoked_at: Option<String>,
}

impl From<SecretRow> for SecretShape {
    fn from(row: SecretRow) -> Self {
        Self {
            id: Id::of(row.id.0),
            label: row.label,
            created_at: row.created_at.rfc3339(),
            revoked_at: row.revoked_at.map(Millis::rfc3339),
        }
    }
}

/// A secret that was just made: what opens the invitation is shown this once.
#[derive(Serialize)]
pub(super) struct NewSecretShape {
    #[serde(flatten)]
    row: SecretShape,
    secret: String,
    /// Where a person opens it with a browser.
    link: String,
}

impl NewSecretShape {
    pub(super) fn of(row: SecretRow, secret: &Secret, public_url: &str) -> Self {
        Self {
            row: row.into(),
            secret: secret.expose().to_owned(),
            link: format!("{public_url}{LANDING}/{}", secret.expose()),
        }
    }
}

/// An invitation that was just made.
#[derive(Serialize)]
pub(super) struct MadeShape<'a> {
    #[serde(flatten)]
    pub(super) invitation: &'a InvitationShape,
    pub(super) secret: NewSecretShape,
}

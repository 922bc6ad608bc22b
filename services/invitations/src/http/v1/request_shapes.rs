//! Requests as they are shown.

use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use serde::Serialize;

use super::shapes::{self, GrantShape, Words, reason};
use crate::app::join_request::view::RequestView;
use crate::domain::application::{Answered, Application};
use crate::domain::invitation::{Invitation, State};

/// A wish to be let in.
#[derive(Serialize)]
pub(super) struct RequestShape {
    id: Id<ids::Request>,
    state: &'static str,
    account: Option<Id<ids::Account>>,
    username: Option<String>,
    grant: Option<GrantShape>,
    message: Option<String>,
    reason: Option<String>,
    link: Option<Id<ids::Invitation>>,
    created_at: String,
    ended_at: Option<String>,
    end_reason: Option<&'static str>,
    decided_by: Option<Id<ids::Account>>,
    /// What somebody says of themselves who asks for an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<ApplicationShape>,
}

/// What somebody says of themselves.
#[derive(Serialize)]
pub(super) struct ApplicationShape {
    name: String,
    email: Option<String>,
    answers: Vec<Answered>,
    /// What a yes has made.
    invitation: Option<Id<ids::Invitation>>,
}

impl From<Application> for ApplicationShape {
    fn from(said: Application) -> Self {
        Self {
            answers: said.answers(),
            name: said.name,
            email: said.email,
            invitation: said.invited.map(|id| Id::of(id.0)),
        }
    }
}

impl RequestShape {
    /// As it is at `now`.
    pub(super) fn of(view: RequestView, now: Millis) -> Self {
        let request = view.request;
        let row = request.invitation;
        // While it is open somebody may be about to decide it, and nobody has.
        let decided_by = row.decided_by.filter(|_| row.state != State::Open);
        Self {
            id: Id::of(row.id.0),
            state: state(&row, now),
            account: row.recipient_id.map(|user| Id::of(user.0)),
            username: view.username,
            grant: GrantShape::first(&row),
            message: request.message,
            reason: request.reason,
            link: request.link.map(|link| Id::of(link.0)),
            created_at: row.created_at.rfc3339(),
            ended_at: row.decided_at.map(Millis::rfc3339),
            end_reason: row.end_reason.map(reason),
            decided_by: decided_by.map(|user| Id::of(user.0)),
            application: request.application.map(ApplicationShape::from),
        }
    }
}

/// The invitation that a yes has made, as whoever asked sees it.
#[derive(Serialize)]
pub(super) struct InvitedShape {
    id: Id<ids::Invitation>,
    state: Words,
    expires_at: Option<String>,
    /// Where they make their account, while they may.
    link: Option<String>,
}

impl InvitedShape {
    /// As it is at `now`.
    pub(super) fn of(row: &Invitation, link: Option<String>, now: Millis) -> Self {
        Self {
            id: Id::of(row.id.0),
            state: shapes::state(row, now),
            expires_at: row.expires_at.map(Millis::rfc3339),
            link,
        }
    }
}

fn state(row: &Invitation, now: Millis) -> &'static str {
    match row.state {
        State::Open if !row.is_pending(now) => "expired",
        State::Open => "open",
        State::Accepted | State::UsedUp => "approved",
        State::Declined => "rejected",
        State::Withdrawn => "withdrawn",
        State::Expired => "expired",
    }
}

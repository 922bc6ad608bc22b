//! Requests as they are shown.

use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use serde::Serialize;

use super::shapes::{GrantShape, reason};
use crate::app::join_request::view::RequestView;
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

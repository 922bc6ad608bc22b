//! What guests are shown: what an invitation gives, and what became of that for one who came.

use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use serde::Serialize;

use super::landings::LandingShape;
use super::shapes::{GrantShape, Words};
use crate::app::invitation::landing::Arrival;
use crate::app::invitation::preview::Preview;
use crate::app::invitation::promised::Standpoint;
use crate::app::invitation::redemption::{Redemption, Thing};
use crate::domain::act::{ActState, DropReason};
use crate::domain::grant::Promise;
use crate::domain::invitation::UseState;

/// Why somebody does not get a thing.
pub(super) const fn why(reason: DropReason) -> Words {
    match reason {
        DropReason::AlreadyThere => "already_there",
        DropReason::TargetClosed => "target_closed",
        DropReason::InviterLostRight => "inviter_lost_right",
        DropReason::NoAccount => "no_account",
    }
}

/// One thing that an invitation gives, as a guest sees it before coming in.
#[derive(Serialize)]
struct SeenShape {
    #[serde(flatten)]
    grant: GrantShape,
    name: Option<String>,
    lost: Option<Words>,
}

impl SeenShape {
    fn of((promise, seen): (Promise, Standpoint)) -> Self {
        Self {
            grant: promise.into(),
            name: seen.name,
            lost: seen.lost.map(why),
        }
    }
}

/// One thing that was promised, and what became of it.
#[derive(Serialize)]
struct GivenShape {
    #[serde(flatten)]
    grant: GrantShape,
    outcome: Words,
    reason: Option<Words>,
}

impl From<Thing> for GivenShape {
    fn from(thing: Thing) -> Self {
        Self {
            grant: thing.grant.into(),
            outcome: match thing.state {
                ActState::Pending => "pending",
                ActState::Made => "given",
                ActState::Dropped => "dropped",
            },
            reason: thing.reason.map(why),
        }
    }
}

/// What a guest sees before coming in.
#[derive(Serialize)]
pub(super) struct PreviewShape {
    inviter: Option<String>,
    grants: Vec<SeenShape>,
    target: Option<String>,
    message: Option<String>,
    is_for_one_account: bool,
    uses_left: i64,
    expires_at: Option<String>,
    admission: Words,
    /// What the channel is called in which the guest arrives.
    landing: Option<String>,
}

impl From<Preview> for PreviewShape {
    fn from(preview: Preview) -> Self {
        let landing = preview.landing().map(str::to_owned);
        let shown = preview.opened.shown;
        let (row, texts, admission) = (shown.invitation, shown.texts, shown.admission.as_str());
        Self {
            admission,
            landing,
            inviter: preview.inviter,
            target: preview.things.iter().find_map(|one| one.name.clone()),
            grants: shown
                .grants
                .into_iter()
                .zip(preview.things)
                .map(SeenShape::of)
                .collect(),
            message: texts.message,
            is_for_one_account: row.recipient_id.is_some() || row.recipient_email.is_some(),
            uses_left: row.max_uses.saturating_sub(row.used),
            expires_at: row.expires_at.map(Millis::rfc3339),
        }
    }
}

/// Somebody is in because both sides have made the same.
#[derive(Serialize)]
pub(super) struct SettledShape {
    pub(super) settled: RedemptionShape,
}

/// A use of an invitation.
#[derive(Serialize)]
pub(super) struct RedemptionShape {
    id: Id<ids::Redemption>,
    invitation: Id<ids::Invitation>,
    state: Words,
    account: Option<Id<ids::Account>>,
    username: String,
    secret: Option<Id<ids::Secret>>,
    grants: Vec<GivenShape>,
    created_at: String,
    settled_at: Option<String>,
    /// Only for the one who came.
    #[serde(skip_serializing_if = "Option::is_none")]
    landing: Option<LandingShape>,
}

impl RedemptionShape {
    /// With where the one arrives who came.
    pub(super) fn arriving(came: Redemption, arrival: Option<Arrival>) -> Self {
        Self {
            landing: arrival.map(LandingShape::from),
            ..Self::from(came)
        }
    }
}

impl From<Redemption> for RedemptionShape {
    fn from(Redemption { used, things, .. }: Redemption) -> Self {
        Self {
            id: Id::of(used.id.0),
            invitation: Id::of(used.invitation_id.0),
            state: match used.state {
                UseState::Reserved => "reserved",
                UseState::Used => "settled",
                UseState::Released => "released",
            },
            account: used.user_id.map(|user| Id::of(user.0)),
            username: used.username,
            secret: used.secret_id.map(|secret| Id::of(secret.0)),
            grants: things.into_iter().map(GivenShape::from).collect(),
            created_at: used.reserved_at.rfc3339(),
            settled_at: used.settled_at.map(Millis::rfc3339),
            landing: None,
        }
    }
}

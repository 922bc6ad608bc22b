//! An invitation and its ledger rows, as they are stored. `Queryable` lets the store fill them by
//! column order; which columns those are is the store's business.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::{id_type, text_enum};

use crate::domain::kind::{Direction, Kind};

id_type! {
    /// An invitation of any kind; chat and namespace invites show this number.
    InvitationId
}

id_type! {
    /// A row of the ledger.
    UseId
}

text_enum! {
    /// Where an invitation stands. Everything but `open` is final.
    State {
        /// It may let somebody in.
        Open = "open",
        /// The one it was for came in.
        Accepted = "accepted",
        /// The one it was for said no.
        Declined = "declined",
        /// Its side took it back, or lost the right to it.
        Withdrawn = "withdrawn",
        /// Its time has passed.
        Expired = "expired",
        /// All of its several uses were taken.
        UsedUp = "used-up",
    }
}

text_enum! {
    /// Why an invitation was withdrawn without anybody saying so.
    EndReason {
        /// Somebody who may do so took it back.
        TakenBack = "taken-back",
        /// The recipient came in by another way.
        JoinedOtherwise = "joined-otherwise",
        /// The issuer may no longer let people in.
        IssuerLostRight = "issuer-lost-right",
        /// What it led into is closed.
        TargetClosed = "target-closed",
        /// A newer link took its place.
        Replaced = "replaced",
    }
}

text_enum! {
    /// How far one use has come.
    UseState {
        /// Counted; the act may be under way.
        Reserved = "reserved",
        /// Somebody was let in.
        Used = "used",
        /// Nobody was let in; the count was given back.
        Released = "released",
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Invitation {
    /// Its number.
    pub id: InvitationId,
    /// What it leads into.
    pub kind: Kind,
    /// Which side made it.
    pub direction: Direction,
    /// The id of what it leads into.
    pub target_id: Option<i64>,
    /// On whose right; `None` is the operator.
    pub issuer_id: Option<UserId>,
    /// For whom, if for somebody in particular.
    pub recipient_id: Option<UserId>,
    /// What it gives, in its kind's encoding.
    pub grants: i64,
    /// Where it stands.
    pub state: State,
    /// How many people it is good for.
    pub max_uses: i64,
    /// How many uses are taken, reservations included.
    pub used: i64,
    /// How many people it has let in.
    pub settled: i64,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// When it reached a final state.
    pub decided_at: Option<Millis>,
    /// Who brought it there; `None`: nobody in particular.
    pub decided_by: Option<UserId>,
    /// Why it was withdrawn.
    pub end_reason: Option<EndReason>,
    /// Since when its maker does not see it.
    pub hidden_at: Option<Millis>,
    /// The place it holds alone.
    pub slot: Option<String>,
    /// The event that the issuer's membership of a channel began with, on whose right it was made.
    pub ground: Option<i64>,
}

impl Invitation {
    /// True while it may let somebody in at `now`, as far as the row tells.
    pub fn is_pending(&self, now: Millis) -> bool {
        self.state == State::Open && self.expires_at.is_none_or(|end| end > now)
    }
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Use {
    /// Its number.
    pub id: UseId,
    /// By which invitation.
    pub invitation_id: InvitationId,
    /// The key of the act in the other service.
    pub act_key: String,
    /// How far it has come.
    pub state: UseState,
    /// Who came; `None` while an account is not made yet.
    pub user_id: Option<UserId>,
    /// The name that was given.
    pub username: String,
    /// When it was reserved.
    pub reserved_at: Millis,
    /// When it was settled or released.
    pub settled_at: Option<Millis>,
}

impl Use {
    /// The key of the act.
    pub fn key(&self) -> ActKey {
        ActKey::from_stored(self.act_key.clone())
    }
}

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
    /// A secret that opens one.
    SecretId
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

text_enum! {
    /// What becomes of an invitation for several things when its maker may not give one of them any more.
    OnLostRight {
        /// That one is left out, and whoever comes is told so.
        Drop = "drop",
        /// Nobody comes in.
        Refuse = "refuse",
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Invitation {
    /// Its number.
    pub(crate) id: InvitationId,
    /// What it leads into.
    pub(crate) kind: Kind,
    /// Which side made it.
    pub(crate) direction: Direction,
    /// The id of what it leads into.
    pub(crate) target_id: Option<i64>,
    /// On whose right; `None` is the operator.
    pub(crate) issuer_id: Option<UserId>,
    /// For whom, if for somebody in particular.
    pub(crate) recipient_id: Option<UserId>,
    /// The address by which the issuer named the recipient, as it was written; all that the issuer may
    /// learn of them until they come.
    pub(crate) recipient_email: Option<String>,
    /// What it gives, in its kind's encoding.
    pub(crate) grants: i64,
    /// Where it stands.
    pub(crate) state: State,
    /// How many people it is good for.
    pub(crate) max_uses: i64,
    /// How many uses are taken, reservations included.
    pub(crate) used: i64,
    /// How many people it has let in.
    pub(crate) settled: i64,
    /// When it ends by itself.
    pub(crate) expires_at: Option<Millis>,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// When it reached a final state.
    pub(crate) decided_at: Option<Millis>,
    /// Who brought it there; `None`: nobody in particular.
    pub(crate) decided_by: Option<UserId>,
    /// Why it was withdrawn.
    pub(crate) end_reason: Option<EndReason>,
    /// Since when its maker does not see it.
    pub(crate) hidden_at: Option<Millis>,
    /// The place it holds alone.
    pub(crate) slot: Option<String>,
    /// The event that the issuer's membership of a channel began with, on whose right it was made.
    pub(crate) ground: Option<i64>,
    /// How many things it gives beside the one that stands here.
    pub(crate) further_grants: i64,
    /// What becomes of it when its maker may not give one of several any more.
    pub(crate) on_lost_right: OnLostRight,
    /// After how many milliseconds whoever came by it is in no more; `None`: they stay.
    pub(crate) ends_after: Option<i64>,
}

impl Invitation {
    /// True while it may let somebody in at `now`, as far as the row tells.
    pub(crate) fn is_pending(&self, now: Millis) -> bool {
        self.state == State::Open && self.expires_at.is_none_or(|end| end > now)
    }

    /// True when it gives several things.
    pub(crate) const fn gives_several(&self) -> bool {
        self.further_grants > 0
    }

    /// True while somebody is on the way in, and nobody knows yet whether they come in.
    pub(crate) const fn is_in_use(&self) -> bool {
        self.used > self.settled
    }
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Use {
    /// Its number.
    pub(crate) id: UseId,
    /// By which invitation.
    pub(crate) invitation_id: InvitationId,
    /// The key of the act in the other service.
    pub(crate) act_key: String,
    /// How far it has come.
    pub(crate) state: UseState,
    /// Who came; `None` while an account is not made yet.
    pub(crate) user_id: Option<UserId>,
    /// The name that was given.
    pub(crate) username: String,
    /// When it was reserved.
    pub(crate) reserved_at: Millis,
    /// When it was settled or released.
    pub(crate) settled_at: Option<Millis>,
    /// By which secret they came, where it was by one.
    pub(crate) secret_id: Option<SecretId>,
}

impl Use {
    /// The key of the act.
    pub(crate) fn key(&self) -> ActKey {
        ActKey::from_stored(self.act_key.clone())
    }
}

//! What happened, in the words in which the database writes it down (`migrations/…_events`): the triggers there
//! are the one place that says when.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::text_enum;

use crate::domain::invitation::{EndReason, InvitationId, SecretId, UseId};
use crate::domain::kind::Kind;

text_enum! {
    /// What may happen.
    EventKind {
        /// An invitation was made.
        InvitationCreated = "invitation.created",
        /// What it promises was changed.
        InvitationUpdated = "invitation.updated",
        /// It was taken back, or lost its ground.
        InvitationRevoked = "invitation.revoked",
        /// Whoever it was for said no.
        InvitationDeclined = "invitation.declined",
        /// Its time has passed.
        InvitationExpired = "invitation.expired",
        /// Everybody came whom it was good for.
        InvitationUsedUp = "invitation.used_up",
        /// It takes the place of another one.
        InvitationRenewed = "invitation.renewed",
        /// Somebody is on the way in.
        RedemptionReserved = "redemption.reserved",
        /// Somebody came in.
        RedemptionSettled = "redemption.settled",
        /// Nobody came in, and the use was given back.
        RedemptionReleased = "redemption.released",
        /// Somebody asked to come in.
        JoinRequestCreated = "join_request.created",
        /// They were let in.
        JoinRequestApproved = "join_request.approved",
        /// They were refused.
        JoinRequestRejected = "join_request.rejected",
        /// They, or what they asked for, took it back.
        JoinRequestWithdrawn = "join_request.withdrawn",
        /// They came in by another way.
        JoinRequestSettled = "join_request.settled",
        /// Nobody answered in time.
        JoinRequestExpired = "join_request.expired",
        /// Somebody is in a group or a tree of namespaces.
        MembershipCreated = "membership.created",
        /// Somebody is so no more.
        MembershipEnded = "membership.ended",
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Event {
    /// Its place, from 1; what was committed before has a lower one.
    pub(crate) position: i64,
    /// When.
    pub(crate) at: Millis,
    /// What.
    pub(crate) kind: EventKind,
    /// The invitation or request that it happened to.
    pub(crate) invitation: Option<InvitationId>,
    /// True when that is a request.
    pub(crate) is_request: bool,
    /// The invitation whose place that one takes.
    pub(crate) replaces: Option<InvitationId>,
    /// The use of it.
    pub(crate) redemption: Option<UseId>,
    /// The secret by which somebody came.
    pub(crate) secret: Option<SecretId>,
    /// Whom it is about, as far as they have an account.
    pub(crate) person: Option<UserId>,
    /// Who did it; `None`: the operator, time, or nobody in particular.
    pub(crate) actor: Option<UserId>,
    /// Of what kind that is into which it leads.
    pub(crate) target_kind: Option<Kind>,
    /// Its number.
    pub(crate) target_id: Option<i64>,
    /// Why it ended.
    pub(crate) reason: Option<EndReason>,
}

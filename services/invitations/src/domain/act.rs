//! What one use of an invitation that gives several things brings: an act for each of them, by a key of its
//! own. An invitation that gives one thing has none of these: there the use is the act.

use diesel::Queryable;
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::{id_type, text_enum};

use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::UseId;
use crate::domain::kind::Kind;

id_type! {
    /// One act of a use.
    ActId
}

text_enum! {
    /// How far an act has come. Everything but `pending` is final.
    ActState {
        /// Promised; it may be under way.
        Pending = "pending",
        /// Whoever came has it.
        Made = "made",
        /// They do not get it; the reason says why.
        Dropped = "dropped",
    }
}

text_enum! {
    /// Why somebody does not get a thing that an invitation gives.
    DropReason {
        /// They have it already.
        AlreadyThere = "already-there",
        /// What it leads into is gone.
        TargetClosed = "target-closed",
        /// Whoever made the invitation may not give that any more.
        InviterLostRight = "inviter-lost-right",
        /// There is no account to give it to: none was made.
        NoAccount = "no-account",
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct ActRow {
    /// Its number.
    pub(crate) id: ActId,
    /// Of which use.
    pub(crate) use_id: UseId,
    /// Which of the things that the invitation gives.
    pub(crate) position: i64,
    kind: Kind,
    target_id: Option<i64>,
    bits: i64,
    /// The event that the issuer's membership of a channel began with.
    pub(crate) ground: Option<i64>,
    act_key: String,
    /// How far it has come.
    pub(crate) state: ActState,
    /// Why it was dropped.
    pub(crate) reason: Option<DropReason>,
    /// When it was made or dropped.
    pub(crate) decided_at: Option<Millis>,
    /// For how many milliseconds it is given; `None`: for good.
    pub(crate) ends_after: Option<i64>,
}

impl ActRow {
    /// What it gives.
    pub(crate) fn grant(&self) -> Option<Grant> {
        Grant::read(self.kind, self.target_id, self.bits)
    }

    /// The key of the act.
    pub(crate) fn key(&self) -> ActKey {
        ActKey::from_stored(self.act_key.clone())
    }
}

/// An act to be written down with its use.
#[derive(Debug, Clone)]
pub(crate) struct NewAct {
    /// What it gives.
    pub(crate) promise: Promise,
    /// The key of the act.
    pub(crate) key: ActKey,
    /// Why it is dropped from the first.
    pub(crate) dropped: Option<DropReason>,
}

impl NewAct {
    /// An act that is to be made.
    pub(crate) fn of(promise: Promise) -> Self {
        Self {
            promise,
            key: ActKey::random(),
            dropped: None,
        }
    }
}

/// What a use comes to whose acts are all decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Some acts are not decided yet.
    Open,
    /// Somebody has something of it.
    In,
    /// Nobody got anything of it, for this reason: of several the one that says most about the invitation.
    Nothing(DropReason),
}

impl Outcome {
    /// What these acts of one use come to.
    pub(crate) fn of(acts: &[ActRow]) -> Self {
        let is_any = |state: ActState| acts.iter().any(|act| act.state == state);
        if is_any(ActState::Pending) {
            return Self::Open;
        }
        if is_any(ActState::Made) {
            return Self::In;
        }
        let most_telling = [
            DropReason::NoAccount,
            DropReason::InviterLostRight,
            DropReason::TargetClosed,
        ];
        let is_why = |reason: &DropReason| acts.iter().any(|act| act.reason == Some(*reason));
        let why = most_telling.into_iter().find(is_why);
        Self::Nothing(why.unwrap_or(DropReason::AlreadyThere))
    }
}

//! The other ways to end: each a guarded transition out of `open`, so that what is final stays so.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow, any_of, prepared};
use latchkey_common::on;

use super::is_open::IsOpen;
use crate::domain::invitation::{EndReason, InvitationId, State};
use crate::domain::kind::{Direction, Kind};
use crate::domain::namespace::NamespaceId;
use crate::store::namespace::namespaces::in_tree;
use crate::store::schema::invitations;

/// Ends one invitation that is still open. False when it was final before.
pub(crate) fn end(
    conn: &mut Conn,
    id: InvitationId,
    state: State,
    by: Option<UserId>,
    reason: Option<EndReason>,
    now: SqlNow,
) -> QueryResult<bool> {
    let set = (
        invitations::state.eq(state),
        invitations::decided_at.eq(now.nullable()),
        invitations::decided_by.eq(by),
        invitations::end_reason.eq(reason),
    );
    on!(conn, |c| diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::state.eq(State::Open))
    )
    .set(set)
    .execute(c))
    .map(|rows| rows == 1)
}

/// Ends one invitation for a reason.
pub(crate) fn withdraw(
    conn: &mut Conn,
    id: InvitationId,
    by: Option<UserId>,
    reason: EndReason,
    now: SqlNow,
) -> QueryResult<bool> {
    end(conn, id, State::Withdrawn, by, Some(reason), now)
}

/// [`end`], unless somebody is on the way in by it: who has said yes first comes in, and nobody says no to that.
pub(crate) fn end_unused(
    conn: &mut Conn,
    id: InvitationId,
    state: State,
    by: UserId,
    reason: Option<EndReason>,
    now: SqlNow,
) -> QueryResult<bool> {
    let set = (
        invitations::state.eq(state),
        invitations::decided_at.eq(now.nullable()),
        invitations::decided_by.eq(Some(by)),
        invitations::end_reason.eq(reason),
    );
    on!(conn, |c| diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::state.eq(State::Open))
            .filter(invitations::used.eq(invitations::settled))
    )
    .set(set)
    .execute(c))
    .map(|rows| rows == 1)
}

/// Takes an invitation off its maker's list; an open one ends with that.
pub(crate) fn hide(conn: &mut Conn, id: InvitationId, by: UserId, now: SqlNow) -> QueryResult<()> {
    withdraw(conn, id, Some(by), EndReason::TakenBack, now)?;
    on!(conn, |c| diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::hidden_at.is_null())
    )
    .set(invitations::hidden_at.eq(now.nullable()))
    .execute(c))
    .map(drop)
}

/// Which open invitations have lost their ground.
#[derive(Debug, Clone)]
pub(crate) enum Groundless {
    /// The recipient is in by another way.
    Pair(Kind, i64, UserId),
    /// The recipient is in the tree of namespaces with this root.
    InTree(NamespaceId, UserId),
    /// The recipient of this one is in by another way.
    One(InvitationId),
    /// The issuer may no longer let people into the target.
    IssuedInto(Kind, i64, UserId),
    /// The target is closed.
    Into(Kind, i64),
    /// All these targets are gone.
    IntoEach(Kind, Vec<i64>),
    /// The issuer may no longer let anybody in anywhere.
    IssuedBy(UserId),
    /// The issuer may no longer let anybody in by this kind.
    IssuedOf(Kind, UserId),
    /// Another one takes the slot.
    InSlot(&'static str),
}

impl Groundless {
    const fn reason(&self) -> EndReason {
        match self {
            Self::Pair(..) | Self::InTree(..) | Self::One(_) => EndReason::JoinedOtherwise,
            Self::IssuedInto(..) | Self::IssuedBy(_) | Self::IssuedOf(..) => {
                EndReason::IssuerLostRight
            }
            Self::Into(..) | Self::IntoEach(..) => EndReason::TargetClosed,
            Self::InSlot(_) => EndReason::Replaced,
        }
    }
}

/// The event of what is so at present: it comes after all others.
pub(crate) const NOW: i64 = i64::MAX;

/// Ends them all, as far as this event came after the one that is their ground; [`NOW`] comes after
/// all. A reservation that is running still decides.
pub(crate) fn end_groundless(
    conn: &mut Conn,
    which: &Groundless,
    event: i64,
    now: SqlNow,
) -> QueryResult<usize> {
    on!(conn, |c| {
        let open = diesel::update(invitations::table)
            .set((
                invitations::state.eq(State::Withdrawn),
                invitations::decided_at.eq(now.nullable()),
                invitations::end_reason.eq(Some(which.reason())),
            ))
            .into_boxed()
            .filter(IsOpen)
            .filter(
                invitations::ground
                    .is_null()
                    .or(invitations::ground.lt(event)),
            );
        // Of several things each is asked for by itself when somebody comes: with one of them the
        // invitation has not lost its ground.
        let open = match which {
            Groundless::IssuedBy(_) | Groundless::IssuedOf(..) | Groundless::InSlot(_) => open,
            Groundless::Pair(..)
            | Groundless::InTree(..)
            | Groundless::One(_)
            | Groundless::IssuedInto(..)
            | Groundless::Into(..)
            | Groundless::IntoEach(..) => open.filter(invitations::further_grants.eq(0)),
        };
        let ended = match which {
            // One whose uses are all taken is left alone: the membership may be its own doing, and
            // how the reservation ends says what becomes of it.
            Groundless::Pair(kind, target, recipient) => open
                .filter(invitations::kind.eq(*kind))
                .filter(invitations::target_id.eq(*target))
                .filter(invitations::recipient_id.eq(*recipient))
                .filter(invitations::used.lt(invitations::max_uses)),
            Groundless::InTree(root, recipient) => open
                .filter(invitations::kind.eq(Kind::Namespace))
                .filter(invitations::target_id.eq_any(in_tree(*root)))
                .filter(invitations::recipient_id.eq(*recipient))
                .filter(invitations::used.lt(invitations::max_uses)),
            Groundless::One(id) => open
                .filter(invitations::id.eq(*id))
                .filter(invitations::used.lt(invitations::max_uses)),
            // Who asks to come in was no member when they did.
            Groundless::IssuedInto(kind, target, issuer) => open
                .filter(invitations::direction.eq(Direction::Offer))
                .filter(invitations::kind.eq(*kind))
                .filter(invitations::target_id.eq(*target))
                .filter(invitations::issuer_id.eq(*issuer)),
            Groundless::Into(kind, target) => open
                .filter(invitations::kind.eq(*kind))
                .filter(invitations::target_id.eq(*target)),
            Groundless::IntoEach(kind, targets) => {
                open.filter(invitations::kind.eq(*kind)).filter(any_of(
                    invitations::target_id.assume_not_null(),
                    targets.iter().copied(),
                ))
            }
            Groundless::IssuedBy(issuer) => {
                let theirs = open.filter(invitations::issuer_id.eq(*issuer));
                let spared = Kind::ALL
                    .iter()
                    .filter(|one| !one.policy().ends_with_issuer);
                spared.fold(theirs, |left, kind| {
                    left.filter(invitations::kind.ne(*kind))
                })
            }
            Groundless::IssuedOf(kind, issuer) => open
                .filter(invitations::issuer_id.eq(*issuer))
                .filter(invitations::kind.eq(*kind)),
            Groundless::InSlot(slot) => open.filter(invitations::slot.eq(*slot)),
        };
        prepared(ended).execute(c)
    })
}

/// Ends what has run out of time, at most `limit` of it. Answers how many.
pub(crate) fn expire(conn: &mut Conn, now: SqlNow, limit: i64) -> QueryResult<usize> {
    let due: Vec<InvitationId> = on!(conn, |c| invitations::table
        .filter(invitations::state.eq(State::Open))
        .filter(invitations::expires_at.le(now.nullable()))
        .order(invitations::expires_at)
        .limit(limit)
        .select(invitations::id)
        .load(c))?;
    if due.is_empty() {
        return Ok(0);
    }
    on!(conn, |c| diesel::update(
        invitations::table
            .filter(any_of(invitations::id, due.iter().copied()))
            .filter(invitations::state.eq(State::Open))
            .filter(invitations::expires_at.le(now.nullable()))
    )
    .set((
        invitations::state.eq(State::Expired),
        invitations::decided_at.eq(now.nullable())
    ))
    .execute(c))
}

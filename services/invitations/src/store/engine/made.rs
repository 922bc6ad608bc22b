//! Invitations as their maker sees them.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::invitations::INVITATION;
use super::texts::TEXTS;
use crate::domain::admission::Admission;
use crate::domain::invitation::{Invitation, InvitationId, State, Use, UseId, UseState};
use crate::domain::kind::{Direction, Kind};
use crate::domain::texts::Texts;
use crate::store::ledger::USE;
use crate::store::schema::{grants, invitation_renewals, invitation_texts, invitations, uses};

/// Which ones of a maker are asked for, beside the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Those that may let somebody in, or those that may not.
    pub(crate) is_open: Option<bool>,
    /// Those into this.
    pub(crate) target: Option<(Kind, i64)>,
    /// Those with this label.
    pub(crate) label: Option<String>,
    /// Those with this name in another system.
    pub(crate) reference: Option<String>,
}

/// A part of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Behind this row.
    pub(crate) after: Option<i64>,
    /// At most so many.
    pub(crate) limit: i64,
    /// Which end the list begins at.
    pub(crate) is_newest_first: bool,
}

/// The rows of `$found`, a boxed query, that are in this part of its list: behind a row, from one end, so many.
macro_rules! in_part {
    ($found:expr, $id:path, $number:path, $part:expr) => {{
        let found = $found.limit($part.limit);
        let found = match ($part.is_newest_first, $part.after.map($number)) {
            (true, Some(after)) => found.filter($id.lt(after)),
            (false, Some(after)) => found.filter($id.gt(after)),
            (_, None) => found,
        };
        if $part.is_newest_first {
            found.order($id.desc())
        } else {
            found.order($id.asc())
        }
    }};
}
pub(in crate::store) use in_part;

/// An invitation, what is said about it, whose place it takes, and how it lets in.
pub(crate) type Said = (Invitation, Option<Texts>, Option<InvitationId>, Admission);

/// One, with what its maker said.
pub(crate) fn find(conn: &mut Conn, id: InvitationId) -> QueryResult<Option<Said>> {
    on!(conn, |c| invitations::table
        .left_join(invitation_texts::table)
        .left_join(invitation_renewals::table)
        .filter(invitations::id.eq(id))
        .select((
            INVITATION,
            TEXTS.nullable(),
            invitation_renewals::replaces.nullable(),
            invitations::admission,
        ))
        .first(c)
        .optional())
}

/// Those of a maker that lead into what this server lets in, and that the maker has not put away.
pub(crate) fn list(
    conn: &mut Conn,
    maker: UserId,
    wanted: &Wanted,
    part: Part,
    now: SqlNow,
) -> QueryResult<Vec<Said>> {
    on!(conn, |c| {
        let mut found = invitations::table
            .left_join(invitation_texts::table)
            .left_join(invitation_renewals::table)
            .filter(invitations::issuer_id.eq(maker))
            .filter(invitations::direction.eq(Direction::Offer))
            .filter(invitations::kind.ne(Kind::Choir))
            .filter(invitations::hidden_at.is_null())
            .select((
                INVITATION,
                TEXTS.nullable(),
                invitation_renewals::replaces.nullable(),
                invitations::admission,
            ))
            .into_boxed();
        let is_alive = || {
            invitations::expires_at
                .is_null()
                .or(invitations::expires_at.gt(now.nullable()))
        };
        found = match wanted.is_open {
            Some(true) => found
                .filter(invitations::state.eq(State::Open))
                .filter(is_alive()),
            Some(false) => found.filter(
                invitations::state
                    .ne(State::Open)
                    .or(invitations::expires_at.le(now.nullable())),
            ),
            None => found,
        };
        if let Some((kind, target)) = wanted.target {
            found = found
                .filter(invitations::kind.eq(kind))
                .filter(invitations::target_id.eq(target));
        }
        if let Some(label) = &wanted.label {
            found = found.filter(invitation_texts::label.eq(label));
        }
        if let Some(reference) = &wanted.reference {
            found = found.filter(invitation_texts::reference.eq(reference));
        }
        in_part!(found, invitations::id, InvitationId, part).load(c)
    })
}

/// Whose invitations are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Makers {
    /// One person's.
    One(UserId),
    /// Everybody's, and the operator's.
    All,
}

/// Which open ones are meant, whoever made them.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    /// Whose.
    pub(crate) makers: Makers,
    /// Those that give this, first or among other things.
    pub(crate) target: Option<(Kind, i64)>,
    /// Those with this label.
    pub(crate) label: Option<String>,
}

/// Offers that may let somebody in, behind this one, the oldest first, with what is said about each.
pub(crate) fn list_open(
    conn: &mut Conn,
    meant: &Meant,
    after: InvitationId,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(Invitation, Option<Texts>)>> {
    on!(conn, |c| {
        let mut found = invitations::table
            .left_join(invitation_texts::table)
            .filter(invitations::id.gt(after))
            .filter(invitations::state.eq(State::Open))
            .filter(invitations::direction.eq(Direction::Offer))
            .filter(invitations::kind.ne(Kind::Choir))
            .filter(
                invitations::expires_at
                    .is_null()
                    .or(invitations::expires_at.gt(now.nullable())),
            )
            .select((INVITATION, TEXTS.nullable()))
            .order(invitations::id.asc())
            .limit(limit)
            .into_boxed();
        if let Makers::One(maker) = meant.makers {
            found = found.filter(invitations::issuer_id.eq(maker));
        }
        if let Some((kind, target)) = meant.target {
            let further = grants::table
                .filter(grants::kind.eq(kind))
                .filter(grants::target_id.eq(target))
                .select(grants::invitation_id);
            let first = invitations::kind
                .eq(kind)
                .and(invitations::target_id.assume_not_null().eq(target));
            found = found.filter(first.or(invitations::id.eq_any(further)));
        }
        if let Some(label) = &meant.label {
            found = found.filter(invitation_texts::label.eq(label));
        }
        found.load(c)
    })
}

/// Whom one invitation let in, and for whom a use is reserved.
pub(crate) fn roster(conn: &mut Conn, id: InvitationId, part: Part) -> QueryResult<Vec<Use>> {
    on!(conn, |c| {
        let found = uses::table
            .filter(uses::invitation_id.eq(id))
            .filter(uses::state.ne(UseState::Released))
            .select(USE)
            .into_boxed();
        in_part!(found, uses::id, UseId, part).load(c)
    })
}

/// A use, whatever became of it.
pub(crate) fn use_by_id(conn: &mut Conn, id: UseId) -> QueryResult<Option<Use>> {
    on!(conn, |c| uses::table
        .find(id)
        .select(USE)
        .first(c)
        .optional())
}

/// Whether somebody has come in by an invitation.
pub(crate) fn has_let_in(conn: &mut Conn, id: InvitationId, who: UserId) -> QueryResult<bool> {
    let came = uses::table
        .filter(uses::invitation_id.eq(id))
        .filter(uses::user_id.eq(who))
        .filter(uses::state.eq(UseState::Used));
    on!(conn, |c| diesel::select(diesel::dsl::exists(came))
        .get_result(c))
}

/// The use of a key, whatever became of it.
pub(crate) fn use_of(conn: &mut Conn, key: &str) -> QueryResult<Option<Use>> {
    on!(conn, |c| uses::table
        .filter(uses::act_key.eq(key))
        .select(USE)
        .first(c)
        .optional())
}

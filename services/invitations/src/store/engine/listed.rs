//! Invitations as the operator goes through them: whoever made them, of every kind.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::invitations::INVITATION;
use super::made::Part;
use crate::domain::invitation::{Invitation, InvitationId, State};
use crate::domain::kind::Kind;
use crate::store::schema::{invitation_texts, invitations};

/// Whose invitations are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// The operator's, and those of choir keys.
    Nobody,
    /// Somebody's.
    User(UserId),
}

/// Which ones are asked for, beside the part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// What they lead into.
    pub(crate) kind: Option<Kind>,
    /// The number of what they lead into.
    pub(crate) target: Option<i64>,
    /// Where they stand: one whose time has passed is expired, whether or not a job has said so.
    pub(crate) state: Option<State>,
    /// Who made them.
    pub(crate) maker: Option<Maker>,
    /// For whom.
    pub(crate) recipient: Option<UserId>,
    /// What its maker calls it, whole.
    pub(crate) label: Option<String>,
}

/// Those that fit, newest first, each with what its maker calls it.
pub(crate) fn list(
    conn: &mut Conn,
    filter: &Filter,
    part: Part,
    now: SqlNow,
) -> QueryResult<Vec<(Invitation, Option<String>)>> {
    on!(conn, |c| {
        let mut found = invitations::table
            .left_join(invitation_texts::table)
            .select((INVITATION, invitation_texts::label.nullable()))
            .order(invitations::id.desc())
            .limit(part.limit)
            .into_boxed();
        if let Some(after) = part.after {
            found = found.filter(invitations::id.lt(InvitationId(after)));
        }
        if let Some(kind) = filter.kind {
            found = found.filter(invitations::kind.eq(kind));
        }
        if let Some(target) = filter.target {
            found = found.filter(invitations::target_id.eq(target));
        }
        if let Some(recipient) = filter.recipient {
            found = found.filter(invitations::recipient_id.eq(recipient));
        }
        if let Some(label) = &filter.label {
            found = found.filter(invitation_texts::label.eq(label));
        }
        found = match filter.maker {
            None => found,
            Some(Maker::Nobody) => found.filter(invitations::issuer_id.is_null()),
            Some(Maker::User(user)) => found.filter(invitations::issuer_id.eq(user)),
        };
        let is_over = invitations::expires_at.le(now.nullable());
        found = match filter.state {
            None => found,
            Some(State::Open) => found.filter(invitations::state.eq(State::Open)).filter(
                invitations::expires_at
                    .is_null()
                    .or(invitations::expires_at.gt(now.nullable())),
            ),
            Some(State::Expired) => found.filter(
                invitations::state
                    .eq(State::Expired)
                    .or(invitations::state.eq(State::Open).and(is_over)),
            ),
            Some(state) => found.filter(invitations::state.eq(state)),
        };
        found.load(c)
    })
}

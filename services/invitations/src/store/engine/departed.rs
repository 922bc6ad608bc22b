//! What invitations and the ledger tell of a deleted person: that somebody was there stays, and who it was goes.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;
use latchkey_peers::users::DELETED;

use super::is_open::{IsOpen, IsPast, IsRequest};
use crate::domain::invitation::{EndReason, State};
use crate::domain::join_request::Word;
use crate::store::schema::{invitation_texts, invitations, join_requests, secrets, uses};

/// Ends what somebody asked for and what was offered to them, as if they had said so. Where they are on the way in, that
/// decides first.
pub(crate) fn end_for(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<()> {
    let by = Some(user);
    let asked = (
        invitations::state.eq(State::Withdrawn),
        invitations::decided_at.eq(now.nullable()),
        invitations::decided_by.eq(by),
        invitations::end_reason.eq(Some(EndReason::TakenBack)),
    );
    let offered = (
        invitations::state.eq(State::Declined),
        invitations::decided_at.eq(now.nullable()),
        invitations::decided_by.eq(by),
    );
    on!(conn, |c| {
        let open = invitations::table
            .filter(IsOpen)
            .filter(invitations::recipient_id.eq(user))
            .filter(invitations::used.eq(invitations::settled));
        diesel::update(open.filter(IsRequest))
            .set(asked)
            .execute(c)?;
        diesel::update(open).set(offered).execute(c)?;
        // The group contract reads its own word of it.
        let declined = invitations::table
            .filter(invitations::recipient_id.eq(user))
            .filter(invitations::state.eq(State::Declined))
            .select(invitations::id);
        let unsaid = join_requests::table
            .filter(join_requests::word.is_null())
            .filter(join_requests::invitation_id.eq_any(declined));
        diesel::update(unsaid)
            .set((
                join_requests::word.eq(Word::Rejected),
                join_requests::updated_at.eq(now),
            ))
            .execute(c)
    })
    .map(drop)
}

/// Takes away what somebody said about invitations that they made, and the means to show their links again.
pub(crate) fn blank_issued(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    let nothing = None::<String>;
    let said = (
        invitation_texts::message.eq(&nothing),
        invitation_texts::label.eq(&nothing),
        invitation_texts::note.eq(&nothing),
        invitation_texts::reference.eq(&nothing),
        invitation_texts::welcome.eq(&nothing),
    );
    on!(conn, |c| {
        let issued = invitations::table
            .filter(invitations::issuer_id.eq(user))
            .select(invitations::id);
        diesel::update(join_requests::table.filter(join_requests::invitation_id.eq_any(issued)))
            .set(join_requests::message.eq(&nothing))
            .execute(c)?;
        diesel::update(
            invitation_texts::table.filter(invitation_texts::invitation_id.eq_any(issued)),
        )
        .set(said)
        .execute(c)?;
        diesel::update(secrets::table.filter(secrets::invitation_id.eq_any(issued)))
            .set(secrets::sealed.eq(None::<Vec<u8>>))
            .execute(c)?;
        diesel::update(invitations::table.filter(invitations::issuer_id.eq(user)))
            .set(invitations::secret_sealed.eq(None::<Vec<u8>>))
            .execute(c)
    })
    .map(drop)
}

/// Takes away by what address somebody was named, what they said when they asked, and the name under which they came.
pub(crate) fn blank_received(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    let nothing = None::<String>;
    on!(conn, |c| {
        let past = invitations::table
            .filter(IsPast)
            .filter(invitations::recipient_id.eq(user));
        diesel::update(past)
            .set(invitations::recipient_email.eq(&nothing))
            .execute(c)?;
        let asked = past.filter(IsRequest).select(invitations::id);
        diesel::update(join_requests::table.filter(join_requests::invitation_id.eq_any(asked)))
            .set(join_requests::message.eq(&nothing))
            .execute(c)?;
        diesel::update(uses::table.filter(uses::user_id.eq(user)))
            .set(uses::username.eq(DELETED))
            .execute(c)
    })
    .map(drop)
}

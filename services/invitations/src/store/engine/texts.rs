//! What makers say about an invitation.

use diesel::prelude::*;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::{columns, on};

use crate::domain::invitation::InvitationId;
use crate::domain::texts::Texts;
use crate::store::schema::invitation_texts as texts;

columns! {
    /// The columns of [`Texts`], in its order.
    pub(in crate::store) TEXTS:
    texts::message,
    texts::label,
    texts::note,
    texts::reference,
    texts::revoked_because,
    texts::landing_channel,
    texts::welcome,
}

/// Puts them beside a new invitation.
pub(crate) fn insert(conn: &mut Conn, id: InvitationId, said: &Texts) -> QueryResult<()> {
    let row = (
        texts::invitation_id.eq(id),
        texts::message.eq(said.message.as_deref()),
        texts::label.eq(said.label.as_deref()),
        texts::note.eq(said.note.as_deref()),
        texts::reference.eq(said.reference.as_deref()),
        texts::landing_channel.eq(said.landing_channel),
        texts::welcome.eq(said.welcome.as_deref()),
    );
    on!(conn, |c| diesel::insert_into(texts::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// What is said about an invitation.
pub(crate) fn find(conn: &mut Conn, id: InvitationId) -> QueryResult<Option<Texts>> {
    on!(conn, |c| texts::table
        .find(id)
        .select(TEXTS)
        .first(c)
        .optional())
}

/// Puts these in the place of what was said to the guest and to oneself.
pub(crate) fn replace(conn: &mut Conn, id: InvitationId, said: &Texts) -> QueryResult<()> {
    let said = (
        texts::message.eq(said.message.as_deref()),
        texts::label.eq(said.label.as_deref()),
        texts::note.eq(said.note.as_deref()),
        texts::landing_channel.eq(said.landing_channel),
        texts::welcome.eq(said.welcome.as_deref()),
    );
    on!(conn, |c| diesel::insert_into(texts::table)
        .values((texts::invitation_id.eq(id), said))
        .on_conflict(texts::invitation_id)
        .do_update()
        .set(said)
        .execute(c))
    .map(drop)
}

/// Notes why somebody took the invitation back.
pub(crate) fn note_reason(conn: &mut Conn, id: InvitationId, reason: &str) -> QueryResult<()> {
    on!(conn, |c| diesel::insert_into(texts::table)
        .values((
            texts::invitation_id.eq(id),
            texts::revoked_because.eq(reason)
        ))
        .on_conflict(texts::invitation_id)
        .do_update()
        .set(texts::revoked_because.eq(reason))
        .execute(c))
    .map(drop)
}

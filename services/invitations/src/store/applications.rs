//! What people without an account say of themselves when they ask for one, and what they are asked.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::secret::TokenHash;
use latchkey_common::{columns, on};

use crate::domain::application::{Application, Form};
use crate::domain::invitation::{InvitationId, State};
use crate::domain::kind::{Direction, Kind};
use crate::store::engine::issuers::hold_issuer;
use crate::store::schema::{application_form as form, applications, invitations};

columns! {
    /// The columns of an [`Application`], in its order.
    pub(in crate::store) APPLICATION:
    applications::name,
    applications::email,
    applications::message,
    applications::answers,
    applications::invited_id,
}

const ONLY_ROW: i64 = 1;

/// Whoever asks has no account yet.
const NOBODY: UserId = UserId(0);

/// Makes everybody else who asks, or who edits the form, wait until this transaction has ended.
pub(crate) fn hold(conn: &mut Conn) -> QueryResult<()> {
    hold_issuer(conn, NOBODY)
}

/// What people are asked. The form that nobody has edited is closed.
pub(crate) fn form(conn: &mut Conn) -> QueryResult<Form> {
    let found: Option<Form> = on!(conn, |c| form::table
        .find(ONLY_ROW)
        .select((form::is_open, form::welcome, form::questions))
        .first(c)
        .optional())?;
    Ok(found.unwrap_or_else(|| Form::new(false, None, Vec::new())))
}

/// Puts this form in the place of the one before.
pub(crate) fn put_form(conn: &mut Conn, new: &Form) -> QueryResult<()> {
    let values = (
        form::is_open.eq(new.is_open),
        form::welcome.eq(new.welcome.as_deref()),
        form::questions.eq(new.questions_json()),
    );
    on!(conn, |c| diesel::insert_into(form::table)
        .values((form::id.eq(ONLY_ROW), values))
        .on_conflict(form::id)
        .do_update()
        .set(values)
        .execute(c))
    .map(drop)
}

/// Puts this beside a new invitation.
pub(crate) fn insert(
    conn: &mut Conn,
    id: InvitationId,
    hash: &TokenHash,
    said: &Application,
) -> QueryResult<()> {
    let row = (
        applications::invitation_id.eq(id),
        applications::secret_hash.eq(hash.as_bytes().as_slice()),
        applications::name.eq(&said.name),
        applications::email.eq(said.email.as_deref()),
        applications::message.eq(said.message.as_deref()),
        applications::answers.eq(said.answers_json()),
    );
    on!(conn, |c| diesel::insert_into(applications::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// How many wait for somebody to decide.
pub(crate) fn count_open(conn: &mut Conn, now: SqlNow) -> QueryResult<i64> {
    on!(conn, |c| invitations::table
        .filter(invitations::kind.eq(Kind::Registration))
        .filter(invitations::direction.eq(Direction::Request))
        .filter(invitations::state.eq(State::Open))
        .filter(
            invitations::expires_at
                .is_null()
                .or(invitations::expires_at.gt(now.nullable())),
        )
        .count()
        .get_result(c))
}

/// The one whose maker has this secret, and the sealed secret of the invitation that a yes has made.
pub(crate) fn find_by_secret(
    conn: &mut Conn,
    hash: &TokenHash,
) -> QueryResult<Option<(InvitationId, Option<Vec<u8>>)>> {
    on!(conn, |c| applications::table
        .filter(applications::secret_hash.eq(hash.as_bytes().as_slice()))
        .select((applications::invitation_id, applications::link_sealed))
        .first(c)
        .optional())
}

/// Notes the invitation that a yes has made, and its secret for whoever asked.
pub(crate) fn invite(
    conn: &mut Conn,
    id: InvitationId,
    invited: InvitationId,
    sealed: &[u8],
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(applications::table.find(id))
        .set((
            applications::invited_id.eq(Some(invited)),
            applications::link_sealed.eq(Some(sealed)),
        ))
        .execute(c))
    .map(drop)
}

/// Forgets what people have said of themselves whose wish ended before `end`, at most `limit` of them. Answers how many.
pub(crate) fn forget(conn: &mut Conn, end: Millis, limit: i64) -> QueryResult<usize> {
    on!(conn, |c| {
        let ended: Vec<InvitationId> = applications::table
            .inner_join(invitations::table)
            .filter(invitations::state.ne(State::Open))
            .filter(invitations::decided_at.lt(Some(end)))
            .order(applications::invitation_id)
            .limit(limit)
            .select(applications::invitation_id)
            .load(c)?;
        diesel::delete(applications::table.filter(applications::invitation_id.eq_any(ended)))
            .execute(c)
    })
}

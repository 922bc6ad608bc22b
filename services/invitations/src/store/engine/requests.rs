//! Wishes to be let in, whatever contract they came by.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use super::invitations::INVITATION;
use super::is_open::IsRequest;
use super::made::{Part, in_part};
use super::texts::TEXTS;
use crate::domain::admission::Admission;
use crate::domain::application::Application;
use crate::domain::invitation::{Invitation, InvitationId, SecretId, State};
use crate::domain::kind::{Direction, Kind};
use crate::domain::request::Request;
use crate::domain::texts::Texts;
use crate::store::applications::APPLICATION;
use crate::store::schema::{
    applications, invitation_texts, invitations, join_requests, request_links,
};

/// A row, what is said of it by our own contract and by the groups', the link that it came by, and what somebody without
/// an account says of themselves.
type Read = (
    Invitation,
    Option<Texts>,
    Option<String>,
    Option<InvitationId>,
    Option<Application>,
);

fn request((invitation, texts, words, link, application): Read) -> Request {
    let texts = texts.unwrap_or_default();
    let said = || application.as_ref().and_then(|one| one.message.clone());
    Request {
        invitation,
        message: texts.message.or(words).or_else(said),
        reason: texts.revoked_because,
        link,
        application,
    }
}

/// One.
pub(crate) fn find(conn: &mut Conn, id: InvitationId) -> QueryResult<Option<Request>> {
    let found: Option<Read> = on!(conn, |c| invitations::table
        .left_join(invitation_texts::table)
        .left_join(join_requests::table)
        .left_join(request_links::table)
        .left_join(applications::table)
        .filter(invitations::id.eq(id))
        .filter(invitations::direction.eq(Direction::Request))
        .select((
            INVITATION,
            TEXTS.nullable(),
            join_requests::message.nullable(),
            request_links::link_id.nullable(),
            APPLICATION.nullable(),
        ))
        .first(c)
        .optional())?;
    Ok(found.map(request))
}

/// Which ones are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestsOf {
    /// All of them.
    Everybody,
    /// Those of this person.
    Person(UserId),
    /// Those into this.
    Target(Kind, i64),
    /// Those that came by this link.
    Link(InvitationId),
    /// Those for an account.
    Site,
}

/// A part of them, perhaps of those alone that are open or are not.
pub(crate) fn list(
    conn: &mut Conn,
    of: RequestsOf,
    is_open: Option<bool>,
    part: Part,
) -> QueryResult<Vec<Request>> {
    let found: Vec<Read> = on!(conn, |c| {
        let mut found = invitations::table
            .left_join(invitation_texts::table)
            .left_join(join_requests::table)
            .left_join(request_links::table)
            .left_join(applications::table)
            .filter(IsRequest)
            .filter(invitations::hidden_at.is_null())
            .select((
                INVITATION,
                TEXTS.nullable(),
                join_requests::message.nullable(),
                request_links::link_id.nullable(),
                APPLICATION.nullable(),
            ))
            .into_boxed();
        found = match of {
            RequestsOf::Everybody => found,
            RequestsOf::Person(user) => found.filter(invitations::recipient_id.eq(user)),
            RequestsOf::Target(kind, target) => found
                .filter(invitations::kind.eq(kind))
                .filter(invitations::target_id.eq(target)),
            RequestsOf::Link(link) => found.filter(request_links::link_id.eq(link)),
            RequestsOf::Site => found.filter(invitations::kind.eq(Kind::Registration)),
        };
        found = match is_open {
            Some(true) => found.filter(invitations::state.eq(State::Open)),
            Some(false) => found.filter(invitations::state.ne(State::Open)),
            None => found,
        };
        in_part!(found, invitations::id, InvitationId, part).load(c)
    })?;
    Ok(found.into_iter().map(request).collect())
}

/// Notes the link that a request came by.
pub(crate) fn came_by(
    conn: &mut Conn,
    id: InvitationId,
    (link, secret): (InvitationId, SecretId),
) -> QueryResult<()> {
    on!(conn, |c| diesel::insert_into(request_links::table)
        .values((
            request_links::invitation_id.eq(id),
            request_links::link_id.eq(link),
            request_links::secret_id.eq(Some(secret)),
        ))
        .execute(c))
    .map(drop)
}

/// Notes who is about to say yes, and what they give; for as long as the link that it came by says, where
/// `ends_after` says nothing. False where it is decided. The row is held until this
/// transaction ends.
pub(crate) fn prepare(
    conn: &mut Conn,
    id: InvitationId,
    by: UserId,
    grants: i64,
    ends_after: Option<i64>,
) -> QueryResult<bool> {
    on!(conn, |c| diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::direction.eq(Direction::Request))
            .filter(invitations::state.eq(State::Open))
    )
    .set((
        invitations::grants.eq(grants),
        invitations::decided_by.eq(Some(by)),
        ends_after.map(|span| invitations::ends_after.eq(span)),
    ))
    .execute(c))
    .map(|rows| rows == 1)
}

/// From now on the link lets nobody in by itself.
pub(crate) fn admit_by_request(conn: &mut Conn, id: InvitationId) -> QueryResult<()> {
    on!(conn, |c| diesel::update(invitations::table.find(id))
        .set(invitations::admission.eq(Admission::Request))
        .execute(c))
    .map(drop)
}

//! Deciding a request or an offer, editing its message, deleting it.
//!
//! A yes uses it up and makes the membership in one transaction, on the
//! engine's one way; whoever comes second finds it decided.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::{People, UserView};

use super::list_join_requests::{JoinRequestView, view};
use crate::app::App;
use crate::domain::claim::{Claim, Which};
use crate::domain::group::Role;
use crate::domain::group::WhichGroup;
use crate::domain::invitation::{EndReason, State};
use crate::domain::join_request::{Change, ChangeRefusal, JoinRequest, Side, Step, Word};
use crate::domain::kind::Kind;
use crate::store::engine::{claims, endings};
use crate::store::group::{group_members, groups, join_requests};

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// There is no such request.
    #[error("no such request")]
    NotFound,
    /// The caller's side may not.
    #[error("no permission")]
    NotAllowed,
    /// It is decided already.
    #[error("decided already")]
    Decided,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ChangeError);

impl From<ChangeRefusal> for ChangeError {
    fn from(refusal: ChangeRefusal) -> Self {
        match refusal {
            ChangeRefusal::NotAllowed => Self::NotAllowed,
            ChangeRefusal::Decided => Self::Decided,
        }
    }
}

/// Decides it or edits its message, whichever the caller's side may.
pub(crate) async fn change_join_request(
    app: &App,
    me: UserId,
    uuid: String,
    change: Change,
) -> Result<JoinRequestView, ChangeError> {
    let user = user_of(app, &uuid).await?;
    let now = app.db.now();
    let (request, side) = app
        .db
        .write(move |conn| {
            let (request, side) = hold(conn, me, &uuid, now)?;
            let side = side.ok_or(ChangeError::NotAllowed)?;
            match change.step(side, request.is_open())? {
                Step::Nothing => return Ok((request, side)),
                Step::Edit(message) => {
                    join_requests::set_message(conn, request.invitation.id, &message, now)?;
                }
                Step::Decide(word, message) => {
                    decide(conn, &request, me, &user, word, now)?;
                    join_requests::set_word(conn, request.invitation.id, word, now)?;
                    if let Some(message) = message {
                        join_requests::set_message(conn, request.invitation.id, &message, now)?;
                    }
                }
            }
            let changed = join_requests::find(conn, &uuid)?;
            changed.map(|it| (it, side)).ok_or(ChangeError::NotFound)
        })
        .await?;
    Ok(view(app, request, me, Some(side)).await?)
}

/// Takes it out of sight for both sides; an open one ends with that, a membership stays. Whoever is on neither side is
/// not told that it is there.
pub(crate) async fn delete_join_request(
    app: &App,
    me: UserId,
    uuid: String,
) -> Result<(), ChangeError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let (request, side) = hold(conn, me, &uuid, now)?;
            let id = request.invitation.id;
            let (state, reason) = match side.ok_or(ChangeError::NotFound)? {
                Side::Maker => (State::Withdrawn, Some(EndReason::TakenBack)),
                Side::Decider => (State::Declined, None),
            };
            endings::end(conn, id, state, Some(me), reason, now)?;
            Ok(endings::hide(conn, id, me, now)?)
        })
        .await
}

/// Whom it is about. Who is locked by now comes in nowhere, and lets nobody in: what they made has
/// lost its ground, even before the feed says so.
async fn user_of(app: &App, uuid: &str) -> Result<UserView, ChangeError> {
    let asked = uuid.to_owned();
    let request = app
        .db
        .look(move |conn| join_requests::find(conn, &asked))
        .await?
        .ok_or(ChangeError::NotFound)?;
    let row = request.invitation;
    let sides = [row.recipient_id, row.issuer_id].into_iter().flatten();
    let accounts = People::find(&app.users, sides.clone()).await?;
    let mut views = sides.filter_map(|id| accounts.get(id));
    if row.is_pending(app.db.now().process()) && views.any(|one| one.is_locked) {
        return Err(ChangeError::NotFound);
    }
    row.recipient_id
        .and_then(|id| accounts.get(id).cloned())
        .ok_or(ChangeError::NotFound)
}

/// The request as it is once nobody else can change its group, and the caller's side.
fn hold(
    conn: &mut Conn,
    me: UserId,
    uuid: &str,
    now: SqlNow,
) -> Result<(JoinRequest, Option<Side>), ChangeError> {
    let group = join_requests::find(conn, uuid)?
        .ok_or(ChangeError::NotFound)?
        .group;
    groups::hold(conn, &WhichGroup::Id(group.id))?.ok_or(ChangeError::NotFound)?;
    let request = join_requests::find(conn, uuid)?.ok_or(ChangeError::NotFound)?;
    let is_admin = group_members::is_admin(conn, group.id, me, now)?;
    let side = request.side_of(me, is_admin);
    Ok((request, side))
}

fn decide(
    conn: &mut Conn,
    request: &JoinRequest,
    me: UserId,
    user: &UserView,
    word: Word,
    now: SqlNow,
) -> Result<(), ChangeError> {
    match word {
        Word::Accepted | Word::Approved => let_in(conn, request, me, user, now),
        Word::Rejected => {
            let id = request.invitation.id;
            if endings::end(conn, id, State::Declined, Some(me), None, now)? {
                Ok(())
            } else {
                Err(ChangeError::Decided)
            }
        }
    }
}

fn let_in(
    conn: &mut Conn,
    request: &JoinRequest,
    me: UserId,
    user: &UserView,
    now: SqlNow,
) -> Result<(), ChangeError> {
    let (which, target) = (Which::Id(request.invitation.id), Some(request.group.id.0));
    let claim = Claim {
        direction: request.invitation.direction,
        ..Claim::of_known((user.id, user.username.clone()), which, Kind::Group, target)
    };
    let taken = claims::use_up(conn, &claim, &ActKey::random(), me, now)?;
    let taken = taken.ok_or(ChangeError::Decided)?;
    let member = group_members::insert(conn, request.group.id, user.id, Role::Member, false, now)?;
    let member = member.ok_or(ChangeError::Decided)?;
    if let Some(span) = taken.ends_after {
        group_members::end_after(conn, member.id, span, now)?;
    }
    Ok(())
}

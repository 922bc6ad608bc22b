//! Asking to come into a group, and offering it: one open invitation for a user and a group, whichever
//! side made it.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::UserView;

use super::list_join_requests::JoinRequestView;
use crate::app::App;
use crate::domain::group::Group;
use crate::domain::group::WhichGroup;
use crate::domain::join_request::{JoinRequest, Side};
use crate::domain::kind::{Direction, Kind};
use crate::store::blocks;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::group::{group_members, groups, join_requests};

/// What somebody wants to make.
#[derive(Debug, Clone)]
pub(crate) struct NewJoinRequest {
    /// Who calls.
    pub(crate) caller: UserId,
    /// The user's UUID.
    pub(crate) user: String,
    /// The group's UUID.
    pub(crate) group: String,
    /// Which side calls.
    pub(crate) direction: Direction,
    /// What is said with it.
    pub(crate) message: Option<String>,
}

/// Why there is none. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeError {
    /// There is no such group.
    #[error("no such group")]
    GroupNotFound,
    /// There is no such user.
    #[error("no such user")]
    UserNotFound,
    /// A request for somebody else, or an offer by somebody who is no admin.
    #[error("no permission")]
    NotAllowed,
    /// The user is in already.
    #[error("already a member")]
    AlreadyMember,
    /// The group takes no requests.
    #[error("the group is closed")]
    Closed,
    /// The user takes no offers of this admin's.
    #[error("takes no invitations")]
    TakesNone,
    /// There is an open one for the two.
    #[error("already asked")]
    AlreadyAsked,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MakeError);

/// Makes it.
pub(crate) async fn make_join_request(
    app: &App,
    new: NewJoinRequest,
) -> Result<JoinRequestView, MakeError> {
    app.count_invitation(new.caller)?;
    let found = app.users.by_uuids(vec![new.user.clone()]).await?;
    let user = found.into_iter().find(|user| !user.is_deleted());
    make_for(app, new, user).await
}

/// The same about somebody who is known, and need not be asked for.
pub(crate) async fn make_join_request_for(
    app: &App,
    new: NewJoinRequest,
    user: UserView,
) -> Result<JoinRequestView, MakeError> {
    app.count_invitation(new.caller)?;
    make_for(app, new, Some(user)).await
}

async fn make_for(
    app: &App,
    new: NewJoinRequest,
    user: Option<UserView>,
) -> Result<JoinRequestView, MakeError> {
    let (id, now) = (user.as_ref().map(|user| user.id), app.db.now());
    let caller = new.caller;
    let request = app
        .db
        .for_new()
        .write(move |conn| {
            let group = groups::hold(conn, &WhichGroup::Uuid(new.group.clone()))?
                .ok_or(MakeError::GroupNotFound)?;
            make(conn, &new, group, id.ok_or(MakeError::UserNotFound)?, now)
        })
        .await?;
    Ok(JoinRequestView::new(
        request,
        user,
        caller,
        Some(Side::Maker),
    ))
}

fn make(
    conn: &mut Conn,
    new: &NewJoinRequest,
    group: Group,
    user: UserId,
    now: SqlNow,
) -> Result<JoinRequest, MakeError> {
    let may = match new.direction {
        Direction::Request => new.caller == user,
        Direction::Offer => group_members::is_admin(conn, group.id, new.caller, now)?,
    };
    if !may {
        return Err(MakeError::NotAllowed);
    }
    if group_members::role_of(conn, group.id, user, now)?.is_some() {
        return Err(MakeError::AlreadyMember);
    }
    if new.direction == Direction::Request && !group.accepting_new_members {
        return Err(MakeError::Closed);
    }
    if new.direction == Direction::Offer && blocks::stops(conn, user, new.caller)? {
        return Err(MakeError::TakesNone);
    }
    let row = NewInvitation {
        kind: Kind::Group,
        direction: new.direction,
        target_id: Some(group.id.0),
        issuer_id: Some(new.caller),
        recipient_id: Some(user),
        recipient_email: None,
        secret: None,
        grants: 0,
        max_uses: 1,
        expires_at: None,
        ground: None,
        slot: None,
        ends_after: None,
    };
    let invitation = insert(conn, &row, now)?.ok_or(MakeError::AlreadyAsked)?;
    let words = join_requests::insert(conn, invitation.id, new.message.as_deref())?;
    Ok(JoinRequest {
        invitation,
        words,
        group,
    })
}

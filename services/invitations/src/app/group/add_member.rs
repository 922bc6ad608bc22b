//! The operator puts somebody into a group.

use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;
use latchkey_contracts::v1::ids;

use crate::app::App;
use crate::domain::group::WhichGroup;
use crate::domain::group::{Membership, Role};
use crate::domain::kind::Kind;
use crate::store::audit;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups};

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddGroupMemberError {
    /// There is no such group.
    #[error("no such group")]
    NotFound,
    /// The user is in already.
    #[error("already a member")]
    AlreadyMember,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(AddGroupMemberError);

/// Adds them; a request or an offer that was open for them ends.
pub(crate) async fn add_group_member(
    app: &App,
    by: Actor,
    which: WhichGroup,
    user: UserId,
) -> Result<Membership, AddGroupMemberError> {
    let now = app.db.now();
    app.db
        .for_new()
        .write(move |conn| {
            let group = groups::hold(conn, &which)?.ok_or(AddGroupMemberError::NotFound)?;
            let member = group_members::insert(conn, group.id, user, Role::Member, false, now)?
                .ok_or(AddGroupMemberError::AlreadyMember)?;
            let pair = Groundless::Pair(Kind::Group, group.id.0, user);
            end_groundless(conn, &pair, NOW, now)?;
            let whom = (user.0, group.name.as_str());
            audit::about::<ids::Account>(conn, &by, Verb::GroupMemberAdded, whom, now)?;
            Ok(member)
        })
        .await
}

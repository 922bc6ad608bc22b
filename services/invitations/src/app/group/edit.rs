//! Editing and deleting a group, by its admins.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use crate::app::App;
use crate::domain::group::{About, Group, GroupId, GroupName, WhichGroup};
use crate::domain::kind::Kind;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups};

/// Why a group stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditGroupError {
    /// No group can have that name, or something else is too long.
    #[error("a name or a description that no group can have")]
    Invalid,
    /// There is no such group.
    #[error("no such group")]
    NotFound,
    /// The caller is no admin of it.
    #[error("no permission")]
    NotAllowed,
    /// Another group has the name.
    #[error("the name is taken")]
    NameTaken,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(EditGroupError);

/// Edits what is given and leaves the rest.
pub(crate) async fn edit_group(
    app: &App,
    me: UserId,
    which: WhichGroup,
    name: Option<String>,
    about: About,
) -> Result<Group, EditGroupError> {
    let name = match name {
        Some(name) => Some(GroupName::parse(&name).ok_or(EditGroupError::Invalid)?),
        None => None,
    };
    if !about.fits() {
        return Err(EditGroupError::Invalid);
    }
    let now = app.db.now();
    app.db
        .write(move |conn| {
            let group = hold_as_admin(conn, me, &which, now)?;
            if name.is_none() && about == About::default() {
                return Ok(group);
            }
            groups::edit(conn, group.id, name.as_ref(), &about, now)?
                .ok_or(EditGroupError::NameTaken)
        })
        .await
}

/// Deletes it: nobody is in it any more, and nobody is asked or asks to come in.
pub(crate) async fn delete_group(
    app: &App,
    me: UserId,
    which: WhichGroup,
) -> Result<(), EditGroupError> {
    let now = app.db.now();
    app.db
        .write(move |conn| {
            let group = hold_as_admin(conn, me, &which, now)?;
            Ok(delete_held(conn, group.id, now)?)
        })
        .await
}

/// The same for a group that is held.
pub(in crate::app) fn delete_held(conn: &mut Conn, group: GroupId, now: SqlNow) -> QueryResult<()> {
    end_groundless(conn, &Groundless::Into(Kind::Group, group.0), NOW, now)?;
    group_members::delete_all(conn, group)?;
    groups::delete(conn, group, now)
}

fn hold_as_admin(
    conn: &mut Conn,
    me: UserId,
    which: &WhichGroup,
    now: SqlNow,
) -> Result<Group, EditGroupError> {
    let group = groups::hold(conn, which)?.ok_or(EditGroupError::NotFound)?;
    if group_members::is_admin(conn, group.id, me, now)? {
        Ok(group)
    } else {
        Err(EditGroupError::NotAllowed)
    }
}

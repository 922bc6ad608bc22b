//! Inviting somebody to collaborate in a namespace.

use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::UserView;

use super::list_invitations::InvitationView;
use super::view::NamespaceView;
use crate::app::App;
use crate::domain::kind::{Direction, Kind};
use crate::domain::namespace::Namespace;
use crate::store::blocks;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::namespace::collaborators;
use crate::store::namespace::namespaces::{by_ids, hold_tree, lineage};

/// Why there is no invitation. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InviteError {
    /// Nobody has that name or address.
    #[error("no such user")]
    UserNotFound,
    /// The owner needs none.
    #[error("one cannot invite oneself")]
    Oneself,
    /// The namespace is gone.
    #[error("no such namespace")]
    NamespaceNotFound,
    /// In already.
    #[error("already a collaborator")]
    AlreadyIn,
    /// The user takes none from this owner.
    #[error("takes no invitations")]
    TakesNone,
    /// There is an open invitation to this namespace.
    #[error("already invited")]
    AlreadyInvited,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(InviteError);

/// Invites the user with this name or e-mail address into a namespace of `me`, who has found it.
pub(crate) async fn invite_to_namespace(
    app: &App,
    me: UserView,
    namespace: Namespace,
    handle: &str,
) -> Result<InvitationView, InviteError> {
    app.count_invitation(me.id)?;
    let found = app.users.by_handle(handle.to_owned()).await?;
    let invitee = found.ok_or(InviteError::UserNotFound)?;
    if invitee.id == namespace.owner_id {
        return Err(InviteError::Oneself);
    }
    let (now, recipient) = (app.db.now(), invitee.id);
    let new = NewInvitation {
        kind: Kind::Namespace,
        direction: Direction::Offer,
        target_id: Some(namespace.id.0),
        issuer_id: Some(namespace.owner_id),
        recipient_id: Some(recipient),
        recipient_email: handle.contains('@').then(|| handle.to_owned()),
        secret: None,
        grants: 0,
        max_uses: 1,
        expires_at: None,
        ground: None,
        slot: None,
        ends_after: None,
    };
    let (invitation, lineage) = app
        .db
        .for_new()
        .write(move |conn| {
            hold_tree(conn, namespace.root_id)?;
            let found = by_ids(conn, &[namespace.id])?.pop();
            let found = found.ok_or(InviteError::NamespaceNotFound)?;
            if collaborators::is_in(conn, namespace.root_id, recipient, now)? {
                return Err(InviteError::AlreadyIn);
            }
            if blocks::stops(conn, recipient, namespace.owner_id)? {
                return Err(InviteError::TakesNone);
            }
            let made = insert(conn, &new, now)?.ok_or(InviteError::AlreadyInvited)?;
            Ok((made, lineage(conn, found)?))
        })
        .await?;
    let reader = me.id;
    let view = InvitationView {
        invitation,
        invitee,
        inviter: me.clone(),
        namespace: NamespaceView { lineage, owner: me },
    };
    Ok(view.seen_by(reader))
}

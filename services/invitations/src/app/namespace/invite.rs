//! Inviting somebody to collaborate in a namespace. The caller has found it as its owner's.

use latchkey_common::fault::Fault;
use latchkey_common::text::{has_length, is_name_text};
use latchkey_common::via_fault;

use crate::app::App;
use crate::domain::invitation::Invitation;
use crate::domain::kind::{Direction, Kind};
use crate::domain::namespace::Namespace;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::namespace::collaborators;
use crate::store::namespace::namespaces::{by_ids, hold_tree};

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
    /// There is an open invitation to this namespace.
    #[error("already invited")]
    AlreadyInvited,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(InviteError);

/// Makes it, for the user with this name or e-mail address.
pub(crate) async fn invite_to_namespace(
    app: &App,
    namespace: Namespace,
    handle: &str,
) -> Result<Invitation, InviteError> {
    // Longer than any address, or with signs that no handle has.
    if !has_length(handle, 1, 320) || !is_name_text(handle) {
        return Err(InviteError::UserNotFound);
    }
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
        secret: None,
        grants: 0,
        max_uses: 1,
        expires_at: None,
        ground: None,
        slot: None,
    };
    app.db
        .write(move |conn| {
            hold_tree(conn, namespace.root_id)?;
            if by_ids(conn, &[namespace.id])?.is_empty() {
                return Err(InviteError::NamespaceNotFound);
            }
            if collaborators::is_in(conn, namespace.root_id, recipient)? {
                return Err(InviteError::AlreadyIn);
            }
            insert(conn, &new, now)?.ok_or(InviteError::AlreadyInvited)
        })
        .await
}

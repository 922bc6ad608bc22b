//! Accepting an invitation to a namespace: the use, the collaborator and the end of the invitations
//! that it makes needless, in one transaction.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_peers::users::UserView;

use super::find::NamespaceError;
use super::list_invitations::{InvitationView, view_invitations};
use crate::app::App;
use crate::domain::claim::{Claim, Which};
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Kind;
use crate::domain::namespace::NamespaceId;
use crate::store::engine::claims;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::namespace::collaborators;
use crate::store::namespace::namespaces::{has_children, hold_tree, invited, lineage};

/// Accepts it as `me`, whose name the ledger shows. Answers it with the namespace that it was for.
pub(crate) async fn accept_namespace_invitation(
    app: &App,
    me: UserView,
    id: InvitationId,
) -> Result<InvitationView, NamespaceError> {
    let user = me.id;
    let placed = app
        .db
        .read(move |conn| {
            let found = invited(conn, id, user)?;
            let (invitation, namespace) = found.ok_or(NamespaceError::NotFound)?;
            Ok::<_, NamespaceError>((invitation, lineage(conn, namespace)?))
        })
        .await?;
    // Before it is accepted: an issuer who is locked by now lets nobody in, whether the feed has told
    // of it or not.
    let views = view_invitations(app, me, vec![placed]).await?;
    let view = views.into_iter().next().ok_or(NamespaceError::NotFound)?;
    let (who, target) = (
        (user, view.invitee.username.clone()),
        view.invitation.target_id,
    );
    let claim = Claim::of_known(who, Which::Id(id), Kind::Namespace, target);
    let root = view.namespace.lineage.namespace.root_id;
    let now = app.db.now();
    app.db
        .for_new()
        .write(move |conn| let_in(conn, root, user, &claim, &ActKey::random(), now))
        .await?;
    Ok(view)
}

/// The one way into a tree by an invitation. `NotFound`: it lets this claim in no more, or they are in.
pub(super) fn let_in(
    conn: &mut Conn,
    root: NamespaceId,
    me: UserId,
    claim: &Claim,
    key: &ActKey,
    now: SqlNow,
) -> Result<(), NamespaceError> {
    // Whoever deletes a namespace holds its tree, and ends the invitations into it.
    hold_tree(conn, root)?;
    let taken = claims::use_up(conn, claim, key, me, now)?.ok_or(NamespaceError::NotFound)?;
    enter(conn, root, me, taken.ends_after, now)
}

/// The tree is held, and somebody has the right to come in, for `ends_after` milliseconds or until they go. `NotFound`: they are in.
pub(super) fn enter(
    conn: &mut Conn,
    root: NamespaceId,
    me: UserId,
    ends_after: Option<i64>,
    now: SqlNow,
) -> Result<(), NamespaceError> {
    if !collaborators::add(conn, root, me, now)? {
        return Err(NamespaceError::NotFound);
    }
    if let Some(span) = ends_after {
        collaborators::end_after(conn, root, me, span, now)?;
    }
    // Whoever is in the tree needs no other invitation into it. Most trees are a root alone, and with one
    // target `PostgreSQL` keeps a plan and uses the index of open pairs.
    let rest = if has_children(conn, root)? {
        Groundless::InTree(root, me)
    } else {
        Groundless::Pair(Kind::Namespace, root.0, me)
    };
    end_groundless(conn, &rest, NOW, now)?;
    Ok(())
}

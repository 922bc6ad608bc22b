//! The bodies of these calls, as the contract spells them. Times are RFC 3339.

use latchkey_common::auth::UserId;
use latchkey_peers::users::UserView;
use serde::Serialize;

use super::links::Links;
use crate::app::namespace::collaborators::CollaboratorView;
use crate::app::namespace::list_invitations::InvitationView;
use crate::app::namespace::view::NamespaceView;
use crate::domain::invitation::InvitationId;
use crate::domain::namespace::{Namespace as Row, NamespaceId, Visibility};

#[derive(Serialize)]
pub(super) struct User {
    email: Option<String>,
    username: String,
    created_at: String,
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self {
            email: user.email,
            username: user.username,
            created_at: user.created_at.rfc3339(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Namespace {
    id: NamespaceId,
    user_id: UserId,
    root_id: NamespaceId,
    parent_id: Option<NamespaceId>,
    name: String,
    path: String,
    description: String,
    visibility: Visibility,
    created_at: String,
    url: String,
    builds_url: String,
    namespaces_url: String,
    images_url: String,
    objects_url: String,
    variables_url: String,
    keys_url: String,
    invites_url: String,
    collaborators_url: String,
    webhooks_url: String,
    user: User,
    parent: Option<Box<Self>>,
    /// There are no builds here; the contract's clients expect the member.
    build: Option<()>,
}

impl Namespace {
    pub(super) fn new(links: &Links, view: NamespaceView) -> Self {
        let NamespaceView { lineage, owner } = view;
        let from_the_top = lineage.above.into_iter().rev();
        let parent = from_the_top.fold(None, |parent, row| {
            Some(Box::new(Self::below(parent, links, row, owner.clone())))
        });
        Self::below(parent, links, lineage.namespace, owner)
    }

    fn below(parent: Option<Box<Self>>, links: &Links, row: Row, owner: UserView) -> Self {
        let url = links.namespace(&owner.username, &row.path);
        let of = |collection: &str| format!("{url}/-/{collection}");
        Self {
            id: row.id,
            user_id: row.owner_id,
            root_id: row.root_id,
            parent_id: row.parent_id,
            name: row.name,
            path: row.path,
            description: row.description,
            visibility: row.visibility,
            created_at: row.created_at.rfc3339(),
            builds_url: of("builds"),
            namespaces_url: of("namespaces"),
            images_url: of("images"),
            objects_url: of("objects"),
            variables_url: of("variables"),
            keys_url: of("keys"),
            invites_url: of("invites"),
            collaborators_url: of("collaborators"),
            webhooks_url: of("webhooks"),
            user: owner.into(),
            parent,
            build: None,
            url,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Invite {
    id: InvitationId,
    namespace_id: NamespaceId,
    invitee_id: UserId,
    inviter_id: UserId,
    url: String,
    invitee: User,
    inviter: User,
    namespace: Namespace,
}

impl Invite {
    pub(super) fn new(links: &Links, view: InvitationView) -> Self {
        Self {
            id: view.invitation.id,
            namespace_id: view.namespace.lineage.namespace.id,
            invitee_id: view.invitee.id,
            inviter_id: view.inviter.id,
            url: links.invite(view.invitation.id.0),
            invitee: view.invitee.into(),
            inviter: view.inviter.into(),
            namespace: Namespace::new(links, view.namespace),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Accepted {
    invitee: User,
    inviter: User,
    namespace: Namespace,
}

impl Accepted {
    pub(super) fn new(links: &Links, view: InvitationView) -> Self {
        Self {
            invitee: view.invitee.into(),
            inviter: view.inviter.into(),
            namespace: Namespace::new(links, view.namespace),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Collaborator {
    id: UserId,
    email: Option<String>,
    username: String,
    created_at: String,
    url: String,
}

impl Collaborator {
    /// `owner` and `path` are those of the namespace through which the list was asked for.
    pub(super) fn new(links: &Links, owner: &str, path: &str, view: CollaboratorView) -> Self {
        let user = view.user;
        Self {
            id: user.id,
            url: links.collaborator(owner, path, &user.username),
            email: user.email,
            username: user.username,
            created_at: view.joined_at.rfc3339(),
        }
    }
}

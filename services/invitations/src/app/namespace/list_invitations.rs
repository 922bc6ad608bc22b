//! Open invitations to namespaces: those for a person, and those into a namespace.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::{People, UserView};

use super::view::{NamespaceView, view_namespaces};
use crate::app::App;
use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::domain::namespace::{Namespace, NamespaceId};
use crate::store::engine::invitations::{ListOf, list_open};
use crate::store::namespace::namespaces::by_ids;

/// An invitation with everybody in it.
#[derive(Debug, Clone)]
pub(crate) struct InvitationView {
    /// The row.
    pub(crate) invitation: Invitation,
    /// Who is invited.
    pub(crate) invitee: UserView,
    /// Who invites.
    pub(crate) inviter: UserView,
    /// Where to.
    pub(crate) namespace: NamespaceView,
}

/// Those for `user`.
pub(crate) async fn list_received(
    app: &App,
    user: UserId,
    page: Page,
) -> Result<Paged<InvitationView>, Fault> {
    list(app, ListOf::Recipient(user), page).await
}

/// Those into one namespace.
pub(crate) async fn list_into(
    app: &App,
    namespace: NamespaceId,
    page: Page,
) -> Result<Paged<InvitationView>, Fault> {
    list(app, ListOf::Target(namespace.0), page).await
}

async fn list(app: &App, of: ListOf, page: Page) -> Result<Paged<InvitationView>, Fault> {
    let (size, after, now) = (
        page.size(app.list_ceiling),
        page.after.unwrap_or_default(),
        app.db.now(),
    );
    let rows: Vec<Invitation> = app
        .db
        .read(move |conn| {
            let more = size.saturating_add(1);
            Ok::<_, Fault>(list_open(conn, Kind::Namespace, of, after, more, now)?)
        })
        .await?;
    let Paged { items, next } = Paged::cut(rows, size, |row| row.id.0);
    Ok(Paged {
        items: view_invitations(app, items).await?,
        next,
    })
}

/// Looks up what they are shown with. Those that have lost their ground are left out: the namespace
/// is gone, or who invites is locked.
pub(crate) async fn view_invitations(
    app: &App,
    rows: Vec<Invitation>,
) -> Result<Vec<InvitationView>, Fault> {
    let mut targets: Vec<NamespaceId> = rows
        .iter()
        .filter_map(|row| row.target_id.map(NamespaceId))
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let found: Vec<Namespace> = app
        .db
        .read(move |conn| Ok::<_, Fault>(by_ids(conn, &targets)?))
        .await?;
    let namespaces: HashMap<NamespaceId, NamespaceView> = view_namespaces(app, found)
        .await?
        .into_iter()
        .map(|view| (view.namespace.id, view))
        .collect();
    let named = rows
        .iter()
        .flat_map(|row| [row.issuer_id, row.recipient_id]);
    let people = People::find(&app.users, named.flatten()).await?;
    let view = |invitation: Invitation| {
        let inviter = people.get(invitation.issuer_id?)?;
        Some(InvitationView {
            invitee: people.get(invitation.recipient_id?)?.clone(),
            inviter: (!inviter.is_locked).then(|| inviter.clone())?,
            namespace: namespaces.get(&NamespaceId(invitation.target_id?))?.clone(),
            invitation,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

//! Open invitations to namespaces: those for a person, and those into a namespace.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::{People, UserView};

use super::find::{Address, NamespaceError, read_owned};
use super::view::NamespaceView;
use crate::app::App;
use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::domain::namespace::{Lineage, Namespace, NamespaceId};
use crate::store::engine::invitations::{ListOf, list_open};
use crate::store::namespace::namespaces::{by_ids, lineage, lineages};

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

impl InvitationView {
    /// While it is open, as `reader`, one of its two sides, sees it: the two are strangers yet. Of whom the
    /// issuer has named by an address they see what they wrote, and not whose it is.
    pub(super) fn seen_by(self, reader: UserId) -> Self {
        let mut invitee = self.invitee.seen_by(Some(reader), false);
        if let Some(address) = &self.invitation.recipient_email
            && invitee.id != reader
        {
            invitee.username.clone_from(address);
            invitee.email = Some(address.clone());
        }
        Self {
            invitee,
            inviter: self.inviter.seen_by(Some(reader), false),
            namespace: self.namespace.seen_by(Some(reader), false),
            invitation: self.invitation,
        }
    }
}

/// An invitation, and where it leads.
type Placed = (Invitation, Lineage);

/// The same while it is read: where its namespace is gone it leads nowhere.
type Found = (Invitation, Option<Lineage>);

/// Those for `me`.
pub(crate) async fn list_received(
    app: &App,
    me: UserView,
    page: Page,
) -> Result<Paged<InvitationView>, Fault> {
    let (now, most, of) = (app.db.now(), app.most_listed(), ListOf::Recipient(me.id));
    let found = app
        .db
        .read(move |conn| {
            let read = |after, limit| -> QueryResult<Vec<Found>> {
                let rows = list_open(conn, Kind::Namespace, of, after, limit, now)?;
                place(conn, rows)
            };
            Ok::<_, Fault>(page.gather(most, key, written, read)?)
        })
        .await?;
    view_page(app, me, found).await
}

/// Those into one namespace of `me`.
pub(crate) async fn list_into(
    app: &App,
    me: UserView,
    namespace: &Address,
    page: Page,
) -> Result<Paged<InvitationView>, NamespaceError> {
    let (now, most) = (app.db.now(), app.most_listed());
    let look = move |conn: &mut Conn, found: Namespace| {
        let of = ListOf::Target(found.id.0);
        let lineage = lineage(conn, found)?;
        let read = |after, limit| {
            let rows = list_open(conn, Kind::Namespace, of, after, limit, now)?.into_iter();
            Ok(rows.map(|row| (row, Some(lineage.clone()))).collect())
        };
        page.gather(most, key, written, read)
    };
    let found = read_owned(app, &me, namespace, look).await?;
    Ok(view_page(app, me, found).await?)
}

/// Bytes of JSON of an invitation beside its namespace: ids, times and both people.
const AROUND: usize = 1_500;

const fn key((invitation, _): &Found) -> i64 {
    invitation.id.0
}

fn written((_, lineage): &Found) -> usize {
    AROUND + lineage.as_ref().map_or(0, Lineage::written)
}

/// Looks up where they lead.
fn place(conn: &mut Conn, rows: Vec<Invitation>) -> QueryResult<Vec<Found>> {
    let target = |row: &Invitation| row.target_id.map(NamespaceId);
    let mut targets: Vec<NamespaceId> = rows.iter().filter_map(target).collect();
    targets.sort_unstable();
    targets.dedup();
    let found = by_ids(conn, &targets)?;
    let found = lineages(conn, found)?.into_iter();
    let by_id: HashMap<NamespaceId, Lineage> = found.map(|row| (row.namespace.id, row)).collect();
    let place = |row: Invitation| {
        let lineage = target(&row).and_then(|target| by_id.get(&target).cloned());
        (row, lineage)
    };
    Ok(rows.into_iter().map(place).collect())
}

async fn view_page(
    app: &App,
    me: UserView,
    found: Paged<Found>,
) -> Result<Paged<InvitationView>, Fault> {
    let reader = me.id;
    let placed = found.items.into_iter();
    // Those whose namespace is gone have lost their ground and are left out.
    let placed = placed.filter_map(|(row, lineage)| Some((row, lineage?)));
    let views = view_invitations(app, me, placed.collect()).await?;
    Ok(Paged {
        items: views.into_iter().map(|one| one.seen_by(reader)).collect(),
        next: found.next,
    })
}

/// Adds the people, with their addresses; `me` is not asked for. Those whose issuer is locked have lost their ground and are left
/// out, whether the feed has told of it or not.
pub(super) async fn view_invitations(
    app: &App,
    me: UserView,
    rows: Vec<Placed>,
) -> Result<Vec<InvitationView>, Fault> {
    let named = rows.iter().flat_map(|(row, lineage)| {
        let owner = lineage.namespace.owner_id;
        [row.issuer_id, row.recipient_id, Some(owner)]
    });
    let people = People::from(me).and(&app.users, named.flatten()).await?;
    let view = |(invitation, lineage): Placed| {
        let owner = people.get(lineage.namespace.owner_id)?.clone();
        let inviter = people.get(invitation.issuer_id?)?;
        Some(InvitationView {
            invitee: people.get(invitation.recipient_id?)?.clone(),
            inviter: (!inviter.is_locked).then(|| inviter.clone())?,
            namespace: NamespaceView { lineage, owner },
            invitation,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

//! Which groups there are, and who is in them. Everybody with an account may look.

use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::{People, UserView};

use crate::app::App;
use crate::domain::group::WhichGroup;
use crate::domain::group::{Group, Membership};
use crate::store::group::group_members::MembersOf;
use crate::store::group::{group_members, groups};

/// A membership with the group and, as far as the account exists, the person.
#[derive(Debug, Clone)]
pub(crate) struct MembershipView {
    /// The row.
    pub(crate) membership: Membership,
    /// Where.
    pub(crate) group: Group,
    /// Who.
    pub(crate) user: Option<UserView>,
}

/// All of them.
pub(crate) async fn list_groups(app: &App, page: &Page) -> Result<Paged<Group>, Fault> {
    let (size, after) = (page.size(app.list_ceiling), page.after.unwrap_or_default());
    let rows: Vec<Group> = app
        .db
        .look(move |conn| groups::list(conn, after, size.saturating_add(1)))
        .await?;
    Ok(Paged::cut(rows, size, |row| row.id.0))
}

/// One of them.
pub(crate) async fn find_group(app: &App, which: WhichGroup) -> Result<Option<Group>, Fault> {
    app.db.look(move |conn| groups::find(conn, &which)).await
}

/// Who is in a group; `None` when there is no such group.
pub(crate) async fn list_group_members(
    app: &App,
    uuid: String,
    page: &Page,
) -> Result<Option<Paged<MembershipView>>, Fault> {
    match find_group(app, WhichGroup::Uuid(uuid)).await? {
        Some(group) => list(app, MembersOf::Group(group.id), page).await.map(Some),
        None => Ok(None),
    }
}

/// In which groups somebody is; `None` when there is no such account.
pub(crate) async fn list_memberships(
    app: &App,
    uuid: String,
    page: &Page,
) -> Result<Option<Paged<MembershipView>>, Fault> {
    match app.users.by_uuids(vec![uuid]).await?.first() {
        Some(user) => list(app, MembersOf::User(user.id), page).await.map(Some),
        None => Ok(None),
    }
}

async fn list(app: &App, of: MembersOf, page: &Page) -> Result<Paged<MembershipView>, Fault> {
    let (size, after) = (page.size(app.list_ceiling), page.after.unwrap_or_default());
    let rows: Vec<(Membership, Group)> = app
        .db
        .look(move |conn| group_members::list(conn, of, after, size.saturating_add(1)))
        .await?;
    let paged = Paged::cut(rows, size, |(row, _)| row.id.0);
    let accounts = People::find(&app.users, paged.items.iter().map(|(row, _)| row.user_id)).await?;
    Ok(paged.map(|(membership, group)| MembershipView {
        user: accounts.get(membership.user_id).cloned(),
        membership,
        group,
    }))
}

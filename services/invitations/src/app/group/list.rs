//! Which groups there are, and who is in them. Everybody with an account may look.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::{People, UserView};

use crate::app::App;
use crate::domain::group::WhichGroup;
use crate::domain::group::{Group, GroupId, Membership};
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

/// A group as somebody sees it.
#[derive(Debug, Clone)]
pub(crate) struct GroupView {
    /// It.
    pub(crate) group: Group,
    /// Whether they are in.
    pub(crate) is_member: bool,
}

/// All of them, or those that people may ask to come into, as `me` sees them.
pub(crate) async fn list_groups(
    app: &App,
    me: UserId,
    only_open: bool,
    page: &Page,
) -> Result<Paged<GroupView>, Fault> {
    let now = app.db.now();
    let (page, most) = (*page, app.most_listed());
    app.db
        .look(move |conn| {
            let read = |after, limit| {
                let rows = groups::list(conn, only_open, after, limit)?;
                view(conn, me, rows, now)
            };
            let key = |view: &GroupView| view.group.id.0;
            page.gather(most, key, |view| view.group.written(), read)
        })
        .await
}

/// One of them, as `me` sees it.
pub(crate) async fn view_group(
    app: &App,
    me: UserId,
    which: WhichGroup,
) -> Result<Option<GroupView>, Fault> {
    let now = app.db.now();
    app.db
        .look(move |conn| {
            let rows = groups::find(conn, &which)?.into_iter().collect();
            Ok(view(conn, me, rows, now)?.pop())
        })
        .await
}

fn view(conn: &mut Conn, me: UserId, rows: Vec<Group>, now: SqlNow) -> QueryResult<Vec<GroupView>> {
    let ids: Vec<GroupId> = rows.iter().map(|row| row.id).collect();
    let joined = group_members::joined_by(conn, me, &ids, now)?;
    let views = rows.into_iter().map(|group| GroupView {
        is_member: joined.contains(&group.id),
        group,
    });
    Ok(views.collect())
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

/// In which groups somebody is, all of them or those that they administer; `None` when there is no such
/// account.
pub(crate) async fn list_memberships(
    app: &App,
    uuid: String,
    only_as_admin: bool,
    page: &Page,
) -> Result<Option<Paged<MembershipView>>, Fault> {
    match app.users.by_uuids(vec![uuid]).await?.first() {
        Some(user) if only_as_admin => list(app, MembersOf::Admin(user.id), page).await.map(Some),
        Some(user) => list(app, MembersOf::User(user.id), page).await.map(Some),
        None => Ok(None),
    }
}

async fn list(app: &App, of: MembersOf, page: &Page) -> Result<Paged<MembershipView>, Fault> {
    let now = app.db.now();
    let (page, most) = (*page, app.most_listed());
    let paged = app
        .db
        .look(move |conn| {
            let read = |after, limit| group_members::list(conn, of, after, limit, now);
            page.gather(most, |(row, _)| row.id.0, written, read)
        })
        .await?;
    let accounts = People::find(&app.users, paged.items.iter().map(|(row, _)| row.user_id)).await?;
    Ok(paged.map(|(membership, group)| MembershipView {
        user: accounts.get(membership.user_id).cloned(),
        membership,
        group,
    }))
}

/// Bytes of JSON that a membership takes beside its group, the person included.
const AROUND: usize = 1_000;

fn written((_, group): &(Membership, Group)) -> usize {
    AROUND + group.written()
}

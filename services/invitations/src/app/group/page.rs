//! A group as a page shows it to one person, with the names of everybody on it asked for together.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::Paged;
use latchkey_peers::users::People;

use crate::app::App;
use crate::domain::group::{Group, Membership, Role, WhichGroup};
use crate::domain::join_request::JoinRequest;
use crate::store::group::group_members::MembersOf;
use crate::store::group::join_requests::Wanted;
use crate::store::group::{group_members, groups, join_requests};

/// Requests and offers that a page shows: more than anybody decides in one sitting.
const MOST_OPEN: i64 = 50;

/// A row, and the present name of whom it is about; `None`: the account is gone.
pub(crate) type Named<T> = (T, Option<String>);

/// What somebody sees of a group.
#[derive(Debug, Clone)]
pub(crate) struct GroupPage {
    /// It.
    pub(crate) group: Group,
    /// Their own membership; `None`: they are not in.
    pub(crate) mine: Option<Membership>,
    /// Who is in, a part of them.
    pub(crate) members: Paged<Named<Membership>>,
    /// What is open: to admins all of it, to others what is their own. The oldest first.
    pub(crate) open: Vec<Named<JoinRequest>>,
}

/// Looks at it; of the members `size` behind `after`. `None`: there is no such group.
pub(crate) async fn show_group(
    app: &App,
    me: UserId,
    uuid: String,
    (after, size): (Option<i64>, i64),
) -> Result<Option<GroupPage>, Fault> {
    let now = app.db.now();
    let read = app.db.read(move |conn| {
        let Some(group) = groups::find(conn, &WhichGroup::Uuid(uuid))? else {
            return Ok(None);
        };
        let mine = group_members::of_user(conn, group.id, me, now)?;
        let is_admin = mine.as_ref().is_some_and(|mine| mine.role == Role::Admin);
        let (of, more) = (MembersOf::Group(group.id), size.saturating_add(1));
        let members = group_members::list(conn, of, after.unwrap_or_default(), more, now)?;
        let wanted = Wanted {
            group: Some(group.uuid.clone()),
            user: (!is_admin).then_some(me),
            only_open: true,
            ..Wanted::default()
        };
        let open = join_requests::list(conn, &wanted, 0, MOST_OPEN)?;
        Ok::<_, Fault>(Some((group, mine, members, open)))
    });
    let Some((group, mine, members, open)) = read.await? else {
        return Ok(None);
    };
    let members = members.into_iter().map(|(member, _)| member).collect();
    let members = Paged::cut(members, size, |member: &Membership| member.id.0);
    let now = app.db.now().process();
    let open: Vec<JoinRequest> = open
        .into_iter()
        .filter(|one| one.invitation.is_pending(now))
        .collect();
    let about = |one: &JoinRequest| one.invitation.recipient_id;
    let ids = members.items.iter().map(|member| member.user_id);
    let people = People::find(&app.users, ids.chain(open.iter().filter_map(about))).await?;
    let name = |id: UserId| people.get(id).map(|one| one.username.clone());
    let open = open.into_iter().map(|one| {
        let name = about(&one).and_then(name);
        (one, name)
    });
    Ok(Some(GroupPage {
        group,
        mine,
        open: open.collect(),
        members: members.map(|member| {
            let name = name(member.user_id);
            (member, name)
        }),
    }))
}

/// In which groups somebody is, `size` of them behind `after`.
pub(crate) async fn list_my_groups(
    app: &App,
    me: UserId,
    (after, size): (Option<i64>, i64),
) -> Result<Paged<(Membership, Group)>, Fault> {
    let (now, more) = (app.db.now(), size.saturating_add(1));
    let after = after.unwrap_or_default();
    let of = MembersOf::User(me);
    let read = move |conn: &mut _| group_members::list(conn, of, after, more, now);
    let rows = app.db.look(read).await?;
    Ok(Paged::cut(rows, size, |(member, _)| member.id.0))
}

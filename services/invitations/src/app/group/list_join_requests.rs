//! Which requests and offers somebody may see: their own, and those of the groups that they
//! administer; a super user sees all.

use std::collections::HashSet;

use latchkey_common::auth::{TokenCaller, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::{People, UserView};

use crate::app::App;
use crate::domain::group::GroupId;
use crate::domain::join_request::{JoinRequest, Side};
use crate::domain::kind::Direction;
use crate::store::group::join_requests::Wanted;
use crate::store::group::{group_members, join_requests};

/// A request or an offer as one caller sees it.
#[derive(Debug, Clone)]
pub(crate) struct JoinRequestView {
    /// The rows.
    pub(crate) request: JoinRequest,
    /// Whom it is about as the caller sees them, as far as the account exists.
    pub(crate) user: Option<UserView>,
}

impl JoinRequestView {
    /// As `reader` sees it, who stands on this side.
    pub(super) fn new(
        request: JoinRequest,
        user: Option<UserView>,
        reader: UserId,
        side: Option<Side>,
    ) -> Self {
        let are_acquainted = request.acquaints(side);
        Self {
            user: user.map(|user| user.seen_by(Some(reader), are_acquainted)),
            request,
        }
    }
}

/// Whose list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    /// Everything.
    Everything,
    /// Of the group with this UUID.
    Group(String),
    /// Of the user with this UUID.
    User(String),
}

/// Lists them; of what does not exist there are none.
pub(crate) async fn list_join_requests(
    app: &App,
    caller: &TokenCaller,
    about: About,
    direction: Option<Direction>,
    page: &Page,
) -> Result<Paged<JoinRequestView>, Fault> {
    let (page, most) = (*page, app.most_listed());
    let mut wanted = Wanted {
        direction,
        ..Wanted::default()
    };
    match about {
        About::Everything => {}
        About::Group(uuid) => wanted.group = Some(uuid),
        About::User(uuid) => match app.users.by_uuids(vec![uuid]).await?.first() {
            Some(user) => wanted.user = Some(user.id),
            None => return Ok(Paged::whole(Vec::new())),
        },
    }
    let now = app.db.now();
    let (me, sees_all) = (caller.user, caller.is_super_user);
    let (paged, mine): (Paged<JoinRequest>, Vec<GroupId>) = app
        .db
        .read(move |conn| {
            let mine = group_members::administered_by(conn, me, now)?;
            wanted.seen_by = (!sees_all).then(|| (me, mine.clone()));
            let read = |after, limit| join_requests::list(conn, &wanted, after, limit);
            let key = |row: &JoinRequest| row.invitation.id.0;
            let paged = page.gather(most, key, JoinRequest::written, read)?;
            Ok::<_, Fault>((paged, mine))
        })
        .await?;
    let mine: HashSet<GroupId> = mine.into_iter().collect();
    let people = paged
        .items
        .iter()
        .filter_map(|row| row.invitation.recipient_id);
    let accounts = People::find(&app.users, people).await?;
    Ok(paged.map(|request| {
        let recipient = request.invitation.recipient_id;
        let user = recipient.and_then(|id| accounts.get(id).cloned());
        let stands = request.side_of(me, mine.contains(&request.group.id));
        JoinRequestView::new(request, user, me, stands)
    }))
}

/// One of them; `None` when there is none that the caller may see.
pub(crate) async fn find_join_request(
    app: &App,
    caller: &TokenCaller,
    uuid: String,
) -> Result<Option<JoinRequestView>, Fault> {
    let now = app.db.now();
    let me = caller.user;
    let found: Option<(JoinRequest, bool)> = app
        .db
        .read(move |conn| {
            let Some(request) = join_requests::find(conn, &uuid)? else {
                return Ok::<_, Fault>(None);
            };
            let is_admin = group_members::is_admin(conn, request.group.id, me, now)?;
            Ok(Some((request, is_admin)))
        })
        .await?;
    let seen = found
        .map(|(request, is_admin)| {
            let side = request.side_of(me, is_admin);
            (request, side)
        })
        .filter(|(_, side)| side.is_some() || caller.is_super_user);
    match seen {
        Some((request, side)) => Ok(Some(view(app, request, me, side).await?)),
        None => Ok(None),
    }
}

/// With the person that it is about, as `reader` sees it, who stands on this side.
pub(super) async fn view(
    app: &App,
    request: JoinRequest,
    reader: UserId,
    side: Option<Side>,
) -> Result<JoinRequestView, Fault> {
    let recipient = request.invitation.recipient_id;
    let people = People::find(&app.users, recipient).await?;
    let user = recipient.and_then(|id| people.get(id).cloned());
    Ok(JoinRequestView::new(request, user, reader, side))
}

//! A namespace as a page shows it to one person, with the names of everybody on it asked for together.

use latchkey_common::auth::{Caller, UserId};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::page::Paged;
use latchkey_peers::users::{People, UserView};

use super::find::{Address, NamespaceError, read_visible};
use crate::app::App;
use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::domain::namespace::{Collaborator, Namespace};
use crate::domain::request::Request;
use crate::store::engine::invitations::{ListOf, find_open_pair, list_open};
use crate::store::engine::made::Part;
use crate::store::engine::requests::{self, RequestsOf};
use crate::store::namespace::{collaborators, namespaces};

/// Collaborators, invitations, requests and children that a page shows, of each so many: more than anybody looks
/// through.
const MOST: i64 = 100;

/// A row, and the present name of whom it is about; `None`: the account is gone.
pub(crate) type Named<T> = (T, Option<String>);

/// What somebody sees of a namespace.
#[derive(Debug, Clone)]
pub(crate) struct NamespacePage {
    /// It.
    pub(crate) namespace: Namespace,
    /// Whose the tree is.
    pub(crate) owner: UserView,
    /// Whether they collaborate in it.
    pub(crate) is_in: bool,
    /// What they have asked, or were offered, and waits.
    pub(crate) mine: Option<Invitation>,
    /// What lies directly in it.
    pub(crate) children: Paged<Namespace>,
    /// Who was let into the tree; the owner alone is told.
    pub(crate) collaborators: Vec<Named<Collaborator>>,
    /// Who is invited into it; the owner alone is told. The name of whoever was named by an address is the address.
    pub(crate) invited: Vec<Named<Invitation>>,
    /// Who asks to come in; the owner alone is told.
    pub(crate) asking: Vec<Named<Request>>,
}

struct Read {
    namespace: Namespace,
    is_in: bool,
    mine: Option<Invitation>,
    children: Vec<Namespace>,
    collaborators: Vec<Collaborator>,
    invited: Vec<Invitation>,
    asking: Vec<Request>,
}

/// Looks at it as `me`; of its children those behind `after`.
pub(crate) async fn show_page(
    app: &App,
    me: &UserView,
    address: &Address,
    after: Option<i64>,
) -> Result<NamespacePage, NamespaceError> {
    let (now, id) = (app.db.now(), me.id);
    let look = move |conn: &mut Conn, found| read(conn, found, id, after, now);
    let (owner, read) = read_visible(app, Some(me), address, look).await?;
    let about = |row: &Invitation| row.recipient_id.filter(|_| row.recipient_email.is_none());
    let ids = read.collaborators.iter().map(|one| one.user_id);
    let ids = ids.chain(read.invited.iter().filter_map(about));
    let ids = ids.chain(read.asking.iter().filter_map(|one| about(&one.invitation)));
    let people = People::find(&app.users, ids).await?;
    let name = |id: UserId| people.get(id).map(|one| one.username.clone());
    let collaborators = read.collaborators.into_iter();
    let invited = read.invited.into_iter().map(|row| {
        let name = row.recipient_email.clone().or_else(|| name(about(&row)?));
        (row, name)
    });
    let asking = read.asking.into_iter().map(|one| {
        let name = about(&one.invitation).and_then(name);
        (one, name)
    });
    Ok(NamespacePage {
        namespace: read.namespace,
        owner,
        is_in: read.is_in,
        mine: read.mine,
        children: Paged::cut(read.children, MOST, |row| row.id.0),
        invited: invited.collect(),
        asking: asking.collect(),
        collaborators: collaborators.map(|one| (one, name(one.user_id))).collect(),
    })
}

fn read(
    conn: &mut Conn,
    found: Namespace,
    me: UserId,
    after: Option<i64>,
    now: SqlNow,
) -> QueryResult<Read> {
    let (root, number) = (found.root_id, found.id.0);
    let pair = find_open_pair(conn, Kind::Namespace, number, me)?;
    let part = Part {
        after: None,
        limit: MOST,
        is_newest_first: false,
    };
    let is_mine = found.owner_id == me;
    let mut read = Read {
        is_in: collaborators::is_in(conn, root, me, now)?,
        mine: pair.filter(|row| row.is_pending(now.process())),
        children: namespaces::children(
            conn,
            found.id,
            after.unwrap_or_default(),
            MOST.saturating_add(1),
        )?,
        collaborators: Vec::new(),
        invited: Vec::new(),
        asking: Vec::new(),
        namespace: found,
    };
    if is_mine {
        let target = ListOf::Target(number);
        read.collaborators = collaborators::list(conn, root, 0, MOST, now)?;
        read.invited = list_open(conn, Kind::Namespace, target, 0, MOST, now)?;
        let target = RequestsOf::Target(Kind::Namespace, number);
        read.asking = requests::list(conn, target, Some(true), part)?;
    }
    Ok(read)
}

/// Somebody who is signed in, as namespaces know people. Their own address is on no page.
pub(crate) fn as_reader(caller: Caller) -> UserView {
    UserView {
        id: caller.user,
        uuid: caller.uuid,
        username: caller.username,
        email: None,
        created_at: caller.created_at,
        is_super_user: caller.is_super_user,
        is_locked: false,
    }
}

//! The list of what waits for somebody. What has lost its ground is left out, whether a feed has told of it or not.

use std::collections::HashMap;

use latchkey_common::auth::{Known, UserId};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{Permission, Permissions, Seat};
use latchkey_peers::users::{People, UserView};

use super::places::Places;
use crate::app::App;
use crate::app::engine::standing::has_ground;
use crate::domain::grant::Promise;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::{Direction, Kind};
use crate::store::engine::grants::further;
use crate::store::engine::inbox::{Waiting, applications, asked, own};
use crate::store::engine::made::Part;

/// What somebody asks to come into who has no account.
const SITE: &str = "site";

/// What one may do about something that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Come in.
    Accept,
    /// Say no to an offer.
    Decline,
    /// Let in whoever asks.
    Approve,
    /// Say no to a request.
    Reject,
    /// Take one's request back.
    Withdraw,
}

/// Something that waits.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The row.
    pub(crate) invitation: Invitation,
    /// All that it gives, in order.
    pub(crate) grants: Vec<Promise>,
    /// What was said with it.
    pub(crate) message: Option<String>,
    /// What it leads into is called so.
    pub(crate) target: String,
    /// The one on the other side: who offers, or who asks.
    pub(crate) person: Option<UserView>,
    /// What somebody calls themselves who asks for an account.
    pub(crate) applicant: Option<String>,
    /// What one may do about it.
    pub(crate) actions: Vec<Action>,
}

/// A part of what waits for somebody, for a super user with those who ask for an account, and the key behind which it
/// goes on. It may be shorter than asked for and go on.
pub(crate) async fn list_inbox(
    app: &App,
    caller: &Known,
    part: Part,
) -> Result<(Vec<Item>, Option<i64>), Fault> {
    let (me, decides_accounts) = (caller.user, caller.is_super_user);
    let now = app.db.now();
    let found = app.db.read(move |conn| {
        let mine = own(conn, me, part, now)?;
        let others = asked(conn, me, part, now)?;
        let strangers = if decides_accounts {
            applications(conn, part, now)?
        } else {
            Vec::new()
        };
        Ok::<_, Fault>([mine, others, strangers])
    });
    let (rows, next) = merge(found.await?, part);
    let mut grants = all_grants(app, &rows).await?;
    let places = Places::find(app, me, rows.iter().map(|(row, ..)| row)).await?;
    let people = rows
        .iter()
        .flat_map(|(row, ..)| [row.issuer_id, row.recipient_id])
        .flatten();
    let people = People::find(&app.users, people).await?;
    let item = |(row, said, words): Waiting| {
        if row.kind == Kind::Registration && row.direction == Direction::Request {
            return Some(of_applicant(row, words, said));
        }
        let other = match row.direction {
            Direction::Offer => row.issuer_id,
            Direction::Request => row.recipient_id,
        };
        let person = other.and_then(|id| people.get(id).cloned());
        let is_alive = person.as_ref().is_some_and(|one| !one.is_locked);
        let seat = places
            .standing(&row)
            .and_then(|one| one.seats.first().copied());
        let actions = actions(&row, me, seat.flatten()).filter(|_| is_alive)?;
        Some(Item {
            grants: grants.remove(&row.id).unwrap_or_default(),
            target: places.name(&row)?.to_owned(),
            message: said.or(words),
            person: person.map(|one| one.seen_by(Some(me), false)),
            applicant: None,
            invitation: row,
            actions,
        })
    };
    Ok((rows.into_iter().filter_map(item).collect(), next))
}

/// All that these give.
async fn all_grants(
    app: &App,
    rows: &[Waiting],
) -> Result<HashMap<InvitationId, Vec<Promise>>, Fault> {
    let first = |(row, ..): &Waiting| (row.id, Promise::first(row).into_iter().collect());
    let mut grants: HashMap<InvitationId, Vec<Promise>> = rows.iter().map(first).collect();
    let several = rows.iter().filter(|(row, ..)| row.gives_several());
    let several: Vec<InvitationId> = several.map(|(row, ..)| row.id).collect();
    if several.is_empty() {
        return Ok(grants);
    }
    let further = app.db.look(move |conn| further(conn, &several)).await?;
    for (id, promise) in further {
        grants.entry(id).or_default().push(promise);
    }
    Ok(grants)
}

/// Of somebody without an account, called `name`.
fn of_applicant(row: Invitation, name: Option<String>, message: Option<String>) -> Item {
    Item {
        grants: Promise::first(&row).into_iter().collect(),
        message,
        target: SITE.to_owned(),
        person: None,
        applicant: name,
        actions: vec![Action::Approve, Action::Reject],
        invitation: row,
    }
}

/// The first of all, in order, as far as none has more in between.
fn merge(lists: [Vec<Waiting>; 3], part: Part) -> (Vec<Waiting>, Option<i64>) {
    let place = |row: &Waiting| {
        let id = row.0.id.0;
        if part.is_newest_first { -id } else { id }
    };
    let is_full = |rows: &Vec<Waiting>| i64::try_from(rows.len()).is_ok_and(|n| n >= part.limit);
    let ends = lists
        .iter()
        .map(|rows| rows.last().filter(|_| is_full(rows)).map(place));
    let end = ends.flatten().min();
    let mut rows: Vec<Waiting> = lists.into_iter().flatten().collect();
    rows.sort_by_key(place);
    rows.retain(|row| end.is_none_or(|end| place(row) < end));
    let size = usize::try_from(part.limit.saturating_sub(1)).unwrap_or(usize::MAX);
    let is_cut = rows.len() > size || end.is_some();
    rows.truncate(size);
    let next = rows.last().filter(|_| is_cut).map(|row| row.0.id.0);
    (rows, next)
}

/// `None`: it waits for nothing that one could do.
fn actions(row: &Invitation, me: UserId, seat: Option<Seat>) -> Option<Vec<Action>> {
    match row.direction {
        Direction::Offer if row.kind == Kind::Channel && !has_ground(row, seat) => None,
        Direction::Offer => Some(vec![Action::Accept, Action::Decline]),
        Direction::Request if row.recipient_id == Some(me) => Some(vec![Action::Withdraw]),
        Direction::Request if row.kind == Kind::Channel => {
            let seat = seat.filter(|seat| seat.permissions.contains(Permission::Invite))?;
            Some(if seat.may_grant(Permissions::from_bits(row.grants)) {
                vec![Action::Approve, Action::Reject]
            } else {
                vec![Action::Reject]
            })
        }
        Direction::Request => Some(vec![Action::Approve, Action::Reject]),
    }
}

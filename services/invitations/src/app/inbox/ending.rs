//! Where somebody is a guest for a week more at most.

use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::clock::millis;
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::membership::Member;
use crate::store::group::member_ends;
use crate::store::namespace::collaborator_ends;

/// How long before the end one is told of it.
const AHEAD: Duration = Duration::from_hours(7 * 24);

/// How long before the end one is told of it once more.
const AT_LAST: Duration = Duration::from_hours(24);

/// How many of groups and of trees are told at most: nobody is a guest in more of them in one week.
const MOST: i64 = 100;

/// A membership that ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    /// It.
    pub(crate) member: Member,
    /// What its place is called.
    pub(crate) place: String,
    /// Whether it has a day more at most.
    pub(crate) is_last_day: bool,
}

/// The memberships of `me` that end soon, the next one first.
pub(crate) async fn list_ending(app: &App, me: UserId) -> Result<Vec<Ending>, Fault> {
    let now = app.db.now();
    let here = app.db.read(move |conn| {
        let before = now.plus(AHEAD);
        let groups = member_ends::ending(conn, me, before, MOST, now)?;
        let trees = collaborator_ends::ending(conn, me, before, MOST, now)?;
        Ok::<_, Fault>(groups.into_iter().chain(trees))
    });
    let here = here.await?;
    let channels = app.channels.ending(me, millis(AHEAD)).await?;
    let channels = channels
        .iter()
        .map(|(member, name)| (Member::from(member), name.clone()));
    let last_day = now.process().plus(AT_LAST);
    let ending = |(member, place): (Member, String)| Ending {
        is_last_day: member.ends_at.is_some_and(|end| end <= last_day),
        member,
        place,
    };
    let mut all: Vec<Ending> = channels.chain(here).map(ending).collect();
    all.sort_by_key(|one| one.member.ends_at);
    Ok(all)
}

//! How things stand with what an invitation gives, asked before anybody comes in: what each is called, and whether
//! its maker may still give it. The acts ask again.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{Standing, StandingQuestion};

use crate::app::App;
use crate::domain::act::DropReason;
use crate::domain::grant::{Grant, Promise};
use crate::domain::group::WhichGroup;
use crate::store::group::{group_members, groups};
use crate::store::namespace::namespaces;

/// How it stands with one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standpoint {
    /// What it is called; `None`: it is an account, or nobody gets it any more.
    pub(crate) name: Option<String>,
    /// Why nobody gets it any more, if so.
    pub(crate) lost: Option<DropReason>,
}

impl Standpoint {
    fn of(found: Option<(String, bool)>) -> Self {
        let lost = match &found {
            None => Some(DropReason::TargetClosed),
            Some((_, true)) => None,
            Some((_, false)) => Some(DropReason::InviterLostRight),
        };
        let given = found.filter(|(_, is_theirs)| *is_theirs);
        Self {
            name: given.map(|(name, _)| name),
            lost,
        }
    }
}

/// Looks at all of them. Whether the maker's account is alive is another question.
pub(in crate::app) async fn look_at(
    app: &App,
    promises: &[Promise],
    issuer: Option<UserId>,
) -> Result<Vec<Standpoint>, Fault> {
    let mut in_channels = ask_channels(app, promises, issuer).await?.into_iter();
    let (asked, now) = (promises.to_vec(), app.db.now());
    let here: Vec<Option<Standpoint>> = app
        .db
        .read(move |conn| {
            let mut found = Vec::with_capacity(asked.len());
            for promise in asked {
                found.push(look_here(conn, promise.grant, issuer, now)?);
            }
            Ok::<_, Fault>(found)
        })
        .await?;
    let nothing = || Fault::internal("channels answered another question");
    promises
        .iter()
        .zip(here)
        .map(|(promise, here)| {
            if let Some(here) = here {
                return Ok(here);
            }
            let standing = in_channels.next().ok_or_else(nothing)?;
            let found = standing.map(|now| seen(now, *promise, issuer));
            Ok(Standpoint::of(found))
        })
        .collect()
}

async fn ask_channels(
    app: &App,
    promises: &[Promise],
    issuer: Option<UserId>,
) -> Result<Vec<Option<Standing>>, Fault> {
    let ask = |promise: &Promise| match promise.grant {
        Grant::Channel(channel, _) => Some(StandingQuestion {
            channel,
            users: issuer.into_iter().collect(),
        }),
        Grant::Account | Grant::Group(..) | Grant::Namespace(_) => None,
    };
    let questions: Vec<StandingQuestion> = promises.iter().filter_map(ask).collect();
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    app.channels.standings(questions).await
}

/// A channel's name, and whether the maker may still let people into it with these permissions.
fn seen(now: Standing, promise: Promise, issuer: Option<UserId>) -> (String, bool) {
    let seat = now.seats.first().copied().flatten();
    let is_theirs = match promise.grant {
        Grant::Channel(_, permissions) => {
            seat.is_some_and(|seat| seat.is_still(promise.ground) && seat.may_grant(permissions))
        }
        Grant::Account | Grant::Group(..) | Grant::Namespace(_) => true,
    };
    (now.name, issuer.is_some() && is_theirs)
}

/// What this database knows; `None`: channels does.
fn look_here(
    conn: &mut Conn,
    grant: Grant,
    issuer: Option<UserId>,
    now: SqlNow,
) -> Result<Option<Standpoint>, Fault> {
    let found = match grant {
        Grant::Channel(..) => return Ok(None),
        Grant::Account => {
            return Ok(Some(Standpoint {
                name: None,
                lost: None,
            }));
        }
        Grant::Group(id, _) => match (groups::find(conn, &WhichGroup::Id(id))?, issuer) {
            (None, _) => None,
            (Some(group), None) => Some((group.name, false)),
            (Some(group), Some(issuer)) => {
                let is_admin = group_members::is_admin(conn, id, issuer, now)?;
                Some((group.name, is_admin))
            }
        },
        Grant::Namespace(id) => {
            let found = namespaces::by_ids(conn, &[id])?.pop();
            found.map(|found| (found.path, issuer == Some(found.owner_id)))
        }
    };
    Ok(Some(Standpoint::of(found)))
}

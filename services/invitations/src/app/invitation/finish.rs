//! Giving somebody what one use of an invitation for several things brings: one act after another, each by its
//! own key and decided once. The call that took the use does it; after a crash or a cut the settling job does,
//! and finds the acts where they were left. Nobody is left with a part and no word of the rest.

use latchkey_common::auth::UserId;
use latchkey_common::crash_point;
use latchkey_common::db::{Conn, DieselError, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::Decided;
use latchkey_peers::channels::{AddMember, AddMemberError, ChannelId, Permissions};

use crate::app::App;
use crate::app::engine::join_here::JoinHereError;
use crate::app::engine::standing::standing;
use crate::app::group::join_by_secret::enter_group;
use crate::app::namespace::join_by_secret::enter_tree;
use crate::domain::act::{ActId, ActRow, ActState, DropReason, Outcome};
use crate::domain::grant::Grant;
use crate::domain::invitation::{EndReason, Invitation, Use, UseId};
use crate::store::engine::{acts, claims};

/// Finishes a use whose call is over. An account that was not made is barred for ever, and then nothing is given;
/// everything else is given now.
pub(in crate::app) async fn finish_left_over(
    app: &App,
    used: &Use,
    invitation: &Invitation,
) -> Result<Outcome, Fault> {
    let mut who = used.user_id;
    let first = pending(app, used.id).await?.into_iter().next();
    if let Some(act) = first.filter(|act| act.grant() == Some(Grant::Account)) {
        match app.users.decide_account(act.key()).await? {
            Decided::Made(account) => {
                note_account(app, &act, account.id).await?;
                who = Some(account.id);
            }
            Decided::Barred => {
                give_back(app, used, None).await?;
                return Ok(Outcome::Nothing(DropReason::NoAccount));
            }
        }
    }
    let who = who.ok_or_else(|| Fault::internal("a use has acts for nobody"))?;
    finish(app, used, who, invitation).await
}

/// Does what is left for `who`, and settles the use: it let somebody in if they have something of it. What cannot
/// be done now stays as it is, and the use stays reserved.
pub(in crate::app) async fn finish(
    app: &App,
    used: &Use,
    who: UserId,
    invitation: &Invitation,
) -> Result<Outcome, Fault> {
    let left = pending(app, used.id).await?;
    if !left.is_empty() {
        let guest = Guest {
            who,
            username: used.username.clone(),
            issuer: living_issuer(app, invitation).await?,
        };
        for act in left {
            give(app, &act, &guest).await?;
            crash_point::reach(crash_point::BETWEEN_ACTS);
        }
    }
    conclude(app, used, who, invitation).await
}

/// Notes the account that this act has made.
pub(in crate::app) async fn note_account(
    app: &App,
    act: &ActRow,
    who: UserId,
) -> Result<(), Fault> {
    let (now, id, used) = (app.db.now(), act.id, act.use_id);
    app.db
        .change(move |conn| {
            acts::note_who(conn, used, who)?;
            acts::made(conn, id, now).map(drop)
        })
        .await
}

/// No account was made: nothing is given, and the use is whole again.
pub(in crate::app) async fn give_back(
    app: &App,
    used: &Use,
    ends: Option<EndReason>,
) -> Result<(), Fault> {
    let (now, id, key) = (app.db.now(), used.id, used.key());
    app.db
        .change(move |conn| {
            acts::drop_rest(conn, id, DropReason::NoAccount, now)?;
            claims::release(conn, &key, ends, now).map(drop)
        })
        .await
}

/// The acts of a use that are not decided, in order.
pub(in crate::app) async fn pending(app: &App, used: UseId) -> Result<Vec<ActRow>, Fault> {
    let all = app.db.look(move |conn| acts::of_uses(conn, &[used])).await;
    let mut left: Vec<ActRow> = all?;
    left.retain(|act| act.state == ActState::Pending);
    Ok(left)
}

/// Who comes, and on whose right. Without an issuer who may still let people in nothing is given.
struct Guest {
    who: UserId,
    username: String,
    issuer: Option<UserId>,
}

async fn living_issuer(app: &App, invitation: &Invitation) -> Result<Option<UserId>, Fault> {
    let Some(issuer) = invitation.issuer_id else {
        return Ok(None);
    };
    let found = app.users.by_ids(vec![issuer]).await?;
    let is_alive = found.first().is_some_and(|one| !one.is_locked);
    Ok(is_alive.then_some(issuer))
}

async fn give(app: &App, act: &ActRow, guest: &Guest) -> Result<(), Fault> {
    let (id, who, now) = (act.id, guest.who, app.db.now());
    let (here, ends_after) = (app.db.for_new(), act.ends_after);
    match (act.grant(), guest.issuer) {
        (Some(Grant::Channel(channel, permissions)), issuer) => {
            let joined = match issuer {
                Some(issuer) => join(app, act, channel, permissions, issuer, guest).await?,
                None => Err(DropReason::InviterLostRight),
            };
            crash_point::reach(crash_point::AFTER_ACT);
            let decided = match joined {
                Ok(()) => Ok(()),
                Err(reason) => asked_again(app, act, reason).await?,
            };
            let written = here.change(move |conn| write_down(conn, id, decided, now));
            written.await.map(drop)
        }
        (Some(Grant::Group(group, role)), Some(issuer)) => {
            let entering = here.write(move |conn| {
                let entered = enter_group(conn, group, (role, ends_after), issuer, who, now);
                decided_here(conn, id, entered, now)
            });
            entering.await
        }
        (Some(Grant::Namespace(namespace)), Some(issuer)) => {
            let entering = here.write(move |conn| {
                let entered = enter_tree(conn, namespace, issuer, who, ends_after, now);
                decided_here(conn, id, entered, now)
            });
            entering.await
        }
        (Some(Grant::Group(..) | Grant::Namespace(_)), None) => {
            let lost = Err(DropReason::InviterLostRight);
            let written = here.change(move |conn| write_down(conn, id, lost, now));
            written.await.map(drop)
        }
        (Some(Grant::Account) | None, _) => Err(Fault::internal("not an act for an account")),
    }
}

async fn join(
    app: &App,
    act: &ActRow,
    channel: ChannelId,
    permissions: Permissions,
    issuer: UserId,
    guest: &Guest,
) -> Result<Result<(), DropReason>, Fault> {
    let ask = AddMember {
        key: act.key(),
        channel,
        user: guest.who,
        username: guest.username.clone(),
        permissions,
        issuer,
        issuer_since: act.ground,
        ends_after: act.ends_after,
    };
    match app.channels.add_member(ask).await {
        Ok(_) => Ok(Ok(())),
        Err(AddMemberError::ChannelNotFound) => Ok(Err(DropReason::TargetClosed)),
        Err(AddMemberError::AlreadyMember) => Ok(Err(DropReason::AlreadyThere)),
        Err(AddMemberError::IssuerLostRight) => Ok(Err(DropReason::InviterLostRight)),
        Err(AddMemberError::Fault(fault)) => Err(fault),
        // Somebody was refused before and did not come to write it down.
        Err(AddMemberError::Barred) => {
            let now = standing(app, channel, &[guest.who]).await?;
            Ok(Err(match now {
                None => DropReason::TargetClosed,
                Some(now) if now.seats.contains(&None) => DropReason::InviterLostRight,
                Some(_) => DropReason::AlreadyThere,
            }))
        }
    }
}

/// Whoever is refused may have been let in by the same key before a crash, and what is dropped must stay so: the key
/// is decided for ever.
async fn asked_again(
    app: &App,
    act: &ActRow,
    reason: DropReason,
) -> Result<Result<(), DropReason>, Fault> {
    Ok(match app.channels.decide_member(act.key()).await? {
        Decided::Made(_) => Ok(()),
        Decided::Barred => Err(reason),
    })
}

fn write_down(
    conn: &mut Conn,
    act: ActId,
    decided: Result<(), DropReason>,
    now: SqlNow,
) -> Result<bool, DieselError> {
    match decided {
        Ok(()) => acts::made(conn, act, now),
        Err(reason) => acts::drop_it(conn, act, reason, now),
    }
}

/// An act in this database is decided in the transaction that does it.
fn decided_here(
    conn: &mut Conn,
    act: ActId,
    entered: Result<(), JoinHereError>,
    now: SqlNow,
) -> Result<(), Fault> {
    let decided = match entered {
        Ok(()) => Ok(()),
        Err(JoinHereError::Closed) => Err(DropReason::TargetClosed),
        Err(JoinHereError::AlreadyIn) => Err(DropReason::AlreadyThere),
        Err(JoinHereError::Invitation) => Err(DropReason::InviterLostRight),
        Err(JoinHereError::Fault(fault)) => return Err(fault),
    };
    if write_down(conn, act, decided, now)? || decided.is_err() {
        return Ok(());
    }
    // It was dropped meanwhile; what was done here goes with the transaction.
    Err(Fault::unavailable("act", "it was decided meanwhile"))
}

async fn conclude(
    app: &App,
    used: &Use,
    who: UserId,
    invitation: &Invitation,
) -> Result<Outcome, Fault> {
    crash_point::reach(crash_point::BEFORE_SETTLE);
    let (now, id, key) = (app.db.now(), used.id, used.key());
    let was_theirs = invitation.recipient_id.is_some();
    app.db
        .change(move |conn| {
            let rows = acts::of_uses(conn, &[id])?;
            let outcome = Outcome::of(&rows);
            match outcome {
                Outcome::Open => {}
                Outcome::In => {
                    claims::settle(conn, &key, who, now)?;
                }
                Outcome::Nothing(_) => {
                    claims::release(conn, &key, ended_by(&rows, was_theirs), now)?;
                }
            }
            Ok(outcome)
        })
        .await
}

/// Why an invitation that gave nobody anything can do so no more, if it cannot.
fn ended_by(rows: &[ActRow], was_theirs: bool) -> Option<EndReason> {
    let has = |reason: DropReason| rows.iter().any(|act| act.reason == Some(reason));
    if has(DropReason::AlreadyThere) {
        // A link is for others too.
        return was_theirs.then_some(EndReason::JoinedOtherwise);
    }
    Some(if has(DropReason::InviterLostRight) {
        EndReason::IssuerLostRight
    } else {
        EndReason::TargetClosed
    })
}

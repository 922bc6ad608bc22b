//! Ending invitations to channels: the recipient declines, the sender takes back, and so does a
//! member who may remove others. All of the list or none of it.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission, Permissions, StandingQuestion};

use crate::app::App;
use crate::app::engine::late::wait_for_uses;
use crate::domain::invitation::{EndReason, Invitation, InvitationId, State};
use crate::domain::kind::{Direction, Kind};
use crate::store::engine::endings::end;
use crate::store::engine::invitations::find_many;

/// Why nothing was ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndError {
    /// One of them does not exist.
    #[error("no such invitation")]
    NotFound,
    /// One of them is none of the caller's business.
    #[error("no permission")]
    NotAllowed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(EndError);

/// Ends them, for a call that may have a key. One that has ended already is fine, whoever asks. It is answered when nobody is on the way in any more:
/// who came in at the last moment is a member by then.
pub(crate) async fn end_channel_invitations(
    app: &App,
    me: UserId,
    ids: Vec<InvitationId>,
    once: Option<Once<Vec<Invitation>>>,
) -> Result<Made<Vec<Invitation>>, CallError<EndError>> {
    let ended = end_all(app, me, ids.clone(), once).await?;
    let rows = match &ended {
        Made::Now(rows) => rows.clone(),
        Made::Before(_) => {
            let rows = app
                .db
                .look(move |conn| find_many(conn, Kind::Channel, &ids));
            rows.await?
        }
    };
    wait_for_uses(app, &rows).await?;
    Ok(ended)
}

async fn end_all(
    app: &App,
    me: UserId,
    ids: Vec<InvitationId>,
    once: Option<Once<Vec<Invitation>>>,
) -> Result<Made<Vec<Invitation>>, CallError<EndError>> {
    let call = once.as_ref().map(|once| &once.call);
    let before = app.db.answered_before::<CallError<EndError>>(call, None);
    if let Some(before) = before.await? {
        return Ok(Made::Before(before));
    }
    let endings = checked(app, me, &ids).await.map_err(CallError::Refused)?;
    let now = app.db.now();
    app.db
        .for_ending()
        .write_once(once, move |conn| {
            for (id, (state, reason)) in endings {
                end(conn, id, state, Some(me), reason, now)?;
            }
            Ok(find_many(conn, Kind::Channel, &ids)?)
        })
        .await
}

/// How each of them is ended that has not ended yet.
async fn checked(
    app: &App,
    me: UserId,
    ids: &[InvitationId],
) -> Result<Vec<(InvitationId, (State, Option<EndReason>))>, EndError> {
    if ids.len() > app.settings.max_remove {
        return Err(Fault::invalid("Too many entries in toRemove.").into());
    }
    let asked = ids.to_vec();
    let found: HashMap<InvitationId, Invitation> = app
        .db
        .look(move |conn| find_many(conn, Kind::Channel, &asked))
        .await?
        .into_iter()
        .filter(|row| row.direction == Direction::Offer)
        .map(|row| (row.id, row))
        .collect();
    let held = held_elsewhere(app, me, found.values()).await?;
    let now = app.db.now();
    let mut endings = Vec::with_capacity(ids.len());
    for &id in ids {
        let row = found.get(&id).ok_or(EndError::NotFound)?;
        if row.is_pending(now.process()) {
            endings.push((id, how(row, me, &held).ok_or(EndError::NotAllowed)?));
        }
    }
    Ok(endings)
}

/// What the caller may do in the channels of those invitations that he neither sent nor received.
async fn held_elsewhere(
    app: &App,
    me: UserId,
    rows: impl Iterator<Item = &Invitation>,
) -> Result<HashMap<ChannelId, Permissions>, Fault> {
    let mut channels: Vec<ChannelId> = rows
        .filter(|row| row.issuer_id != Some(me) && row.recipient_id != Some(me))
        .filter_map(|row| row.target_id.map(ChannelId))
        .collect();
    channels.sort_unstable();
    channels.dedup();
    if channels.is_empty() {
        return Ok(HashMap::new());
    }
    let questions = channels
        .iter()
        .map(|&channel| StandingQuestion {
            channel,
            users: vec![me],
        })
        .collect();
    let standings = app.channels.standings(questions).await?;
    Ok(channels
        .into_iter()
        .zip(standings)
        .filter_map(|(channel, standing)| {
            let seat = standing?.seats.first().copied()??;
            Some((channel, seat.permissions))
        })
        .collect())
}

/// What the caller's word makes of it; `None` when it counts for nothing here.
fn how(
    row: &Invitation,
    me: UserId,
    held: &HashMap<ChannelId, Permissions>,
) -> Option<(State, Option<EndReason>)> {
    if row.recipient_id == Some(me) {
        return Some((State::Declined, None));
    }
    let may = row.issuer_id == Some(me)
        || row
            .target_id
            .and_then(|id| held.get(&ChannelId(id)))
            .is_some_and(|held| held.contains(Permission::RemoveUsers));
    may.then_some((State::Withdrawn, Some(EndReason::TakenBack)))
}

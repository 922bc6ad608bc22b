//! Removing registration invitations from one's list. An unused one can be used no more; a used one
//! stays in the ledger. All of the list or none of it.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::via_fault;

use crate::app::App;
use crate::app::engine::late::wait_for_uses;
use crate::domain::invitation::{EndReason, Invitation, InvitationId, State};
use crate::domain::kind::Kind;
use crate::store::engine::endings::{hide, withdraw};
use crate::store::engine::invitations::{find_by_secrets, find_each};

/// Why nothing was removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RemoveError {
    /// One of them does not exist, or was removed before.
    #[error("no such invitation")]
    NotFound,
    /// One of them was made by somebody else.
    #[error("not the maker")]
    NotAllowed,
    /// Somebody was on the way in with one of them, and is in now. It stays on the list, which says who.
    #[error("somebody came in with it")]
    TooLate,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RemoveError);

/// Removes them, checked in the order given, for a call that may have a key. From here on they let nobody in; it is
/// answered when nobody is on the way in any more. What had been used before is removed like all others.
pub(crate) async fn remove_registration_invitations(
    app: &App,
    me: UserId,
    tokens: Vec<Secret>,
    once: Option<Once<()>>,
) -> Result<Made<()>, CallError<RemoveError>> {
    let call = once.as_ref().map(|once| once.call.clone());
    let before = async || {
        let before = app
            .db
            .answered_before::<CallError<RemoveError>>(call.as_ref(), None);
        Ok::<_, CallError<RemoveError>>(before.await?.map(Made::Before))
    };
    if let Some(before) = before().await? {
        return Ok(before);
    }
    match remove(app, me, tokens, once).await {
        // The same call at the same moment may have removed them.
        Err(CallError::Refused(RemoveError::NotFound)) => {
            let before = before().await?;
            before.ok_or(CallError::Refused(RemoveError::NotFound))
        }
        made => made,
    }
}

async fn remove(
    app: &App,
    me: UserId,
    tokens: Vec<Secret>,
    once: Option<Once<()>>,
) -> Result<Made<()>, CallError<RemoveError>> {
    if tokens.len() > app.settings.max_remove {
        return Err(Fault::invalid("Too many entries in toRemove.").into());
    }
    let hashes: Vec<TokenHash> = tokens
        .iter()
        .map(|token| TokenHash::of(token.expose()))
        .collect();
    let ended = end_all(app, me, hashes, once.is_none()).await;
    let ended = ended.map_err(CallError::Refused)?;
    let came_in = ended.has_been_used || wait_for_uses(app, &ended.rows).await?;
    if came_in {
        return Err(CallError::Refused(RemoveError::TooLate));
    }
    if ended.are_hidden {
        return Ok(Made::Now(()));
    }
    let (ids, now): (Vec<InvitationId>, SqlNow) =
        (ended.rows.iter().map(|row| row.id).collect(), app.db.now());
    app.db
        .for_ending()
        .write_once(once, move |conn| Ok(hide_all(conn, &ids, me, now)?))
        .await
}

/// Invitations that let nobody in any more who is not on the way already.
struct Ended {
    rows: Vec<Invitation>,
    /// One of them was used up between the question and the answer.
    has_been_used: bool,
    /// They are off the list too, because nobody was on the way.
    are_hidden: bool,
}

/// `may_hide`: they are taken off the list here where nobody is on the way. The answer to a call with a key is kept
/// in the transaction that does so last.
async fn end_all(
    app: &App,
    me: UserId,
    hashes: Vec<TokenHash>,
    may_hide: bool,
) -> Result<Ended, RemoveError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let rows = mine(conn, me, &hashes)?;
            let ids: Vec<InvitationId> = rows.iter().map(|row| row.id).collect();
            let mut missed = Vec::new();
            for row in &rows {
                let is_ended = withdraw(conn, row.id, Some(me), EndReason::TakenBack, now)?;
                if row.state == State::Open && !is_ended {
                    missed.push(row.id);
                }
            }
            // As they stand now that no further use can begin.
            let rows = find_each(conn, &ids)?;
            let is_used = |row: &Invitation| row.settled > 0 && missed.contains(&row.id);
            let has_been_used = rows.iter().any(is_used);
            let are_hidden = may_hide && !has_been_used && !rows.iter().any(Invitation::is_in_use);
            if are_hidden {
                hide_all(conn, &ids, me, now)?;
            }
            Ok(Ended {
                rows,
                has_been_used,
                are_hidden,
            })
        })
        .await
}

/// The invitations with these secrets, each of which must be on the list of `me`.
fn mine(conn: &mut Conn, me: UserId, hashes: &[TokenHash]) -> Result<Vec<Invitation>, RemoveError> {
    let found: HashMap<Vec<u8>, Invitation> = find_by_secrets(conn, Kind::Registration, hashes)?
        .into_iter()
        .collect();
    let each = hashes.iter().map(|hash| {
        let row = found.get(hash.as_bytes().as_slice());
        match row.filter(|row| row.hidden_at.is_none()) {
            None => Err(RemoveError::NotFound),
            Some(row) if row.issuer_id == Some(me) => Ok(row.clone()),
            Some(_) => Err(RemoveError::NotAllowed),
        }
    });
    let mut rows = each.collect::<Result<Vec<_>, _>>()?;
    rows.sort_unstable_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    Ok(rows)
}

fn hide_all(conn: &mut Conn, ids: &[InvitationId], me: UserId, now: SqlNow) -> QueryResult<()> {
    for id in ids {
        hide(conn, *id, me, now)?;
    }
    Ok(())
}

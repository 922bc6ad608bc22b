//! Removing registration invitations from one's list. An unused one can be used no more; a used one
//! stays in the ledger. All of the list or none of it.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
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

/// Removes them, checked in the order given. From here on they let nobody in; it is answered when nobody is on the way
/// in any more. What had been used before is removed like all others.
pub(crate) async fn remove_registration_invitations(
    app: &App,
    me: UserId,
    tokens: Vec<Secret>,
) -> Result<(), RemoveError> {
    if tokens.len() > app.settings.max_remove {
        return Err(Fault::invalid("Too many entries in toRemove.").into());
    }
    let hashes: Vec<TokenHash> = tokens
        .iter()
        .map(|token| TokenHash::of(token.expose()))
        .collect();
    let ended = end_all(app, me, hashes).await?;
    let came_in = ended.has_been_used || wait_for_uses(app, &ended.rows).await?;
    if came_in {
        return Err(RemoveError::TooLate);
    }
    if ended.are_hidden {
        return Ok(());
    }
    let (ids, now): (Vec<InvitationId>, SqlNow) =
        (ended.rows.iter().map(|row| row.id).collect(), app.db.now());
    app.db
        .change(move |conn| hide_all(conn, &ids, me, now))
        .await?;
    Ok(())
}

/// Invitations that let nobody in any more who is not on the way already.
struct Ended {
    rows: Vec<Invitation>,
    /// One of them was used up between the question and the answer.
    has_been_used: bool,
    /// They are off the list too, because nobody was on the way.
    are_hidden: bool,
}

async fn end_all(app: &App, me: UserId, hashes: Vec<TokenHash>) -> Result<Ended, RemoveError> {
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
            let are_hidden = !has_been_used && !rows.iter().any(Invitation::is_in_use);
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

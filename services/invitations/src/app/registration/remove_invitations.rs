//! Removing registration invitations from one's list. An unused one can be used no more; a used one
//! stays in the ledger. All of the list or none of it.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::via_fault;

use crate::app::App;
use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::store::engine::endings::hide;
use crate::store::engine::invitations::find_by_secrets;

/// Why nothing was removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RemoveError {
    /// One of them does not exist, or was removed before.
    #[error("no such invitation")]
    NotFound,
    /// One of them was made by somebody else.
    #[error("not the maker")]
    NotAllowed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RemoveError);

/// Removes them, checked in the order given.
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
    let now = app.db.now();
    app.db
        .write(move |conn| {
            let found: HashMap<Vec<u8>, Invitation> =
                find_by_secrets(conn, Kind::Registration, &hashes)?
                    .into_iter()
                    .collect();
            let rows = hashes
                .iter()
                .map(|hash| {
                    let row = found.get(hash.as_bytes().as_slice());
                    let row = row.filter(|row| row.hidden_at.is_none());
                    match row {
                        None => Err(RemoveError::NotFound),
                        Some(row) if row.issuer_id == Some(me) => Ok(row.id),
                        Some(_) => Err(RemoveError::NotAllowed),
                    }
                })
                .collect::<Result<Vec<_>, _>>()?;
            for id in rows {
                hide(conn, id, me, now)?;
            }
            Ok(())
        })
        .await
}

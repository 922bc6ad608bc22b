//! Checking a choir invitation. It uses nothing up. Whoever is first to ask after the end is told that
//! it has expired, and in that transaction it becomes final; everybody later finds nothing.

use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use crate::app::App;
use crate::domain::choir::{ChoirInvitation, PublicId, Standing};
use crate::store::choir::choirs;

/// Why an invitation is not good.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    /// Its time has passed; nobody was told before.
    #[error("expired")]
    Expired,
    /// There is none, or none any more.
    #[error("not found")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CheckError);

/// The invitation, if it is good. `id` may be any text.
pub(crate) async fn check_choir_invitation(
    app: &App,
    id: &str,
) -> Result<ChoirInvitation, CheckError> {
    let found = stored(app, id).await?;
    match found.standing() {
        Standing::Valid => Ok(found),
        Standing::Expired => Err(purge(app, &found).await?),
        Standing::Gone => Err(CheckError::NotFound),
    }
}

/// The invitation with this id, good or not.
pub(super) async fn stored(app: &App, id: &str) -> Result<ChoirInvitation, CheckError> {
    let id = PublicId::parse(id).ok_or(CheckError::NotFound)?;
    let now = app.db.now();
    let found = app
        .db
        .look(move |conn| choirs::find(conn, &id, now))
        .await?;
    found.ok_or(CheckError::NotFound)
}

async fn purge(app: &App, found: &ChoirInvitation) -> Result<CheckError, Fault> {
    let (number, now) = (found.invitation, app.db.now());
    let is_first = app
        .db
        .change(move |conn| choirs::purge(conn, number, now))
        .await?;
    Ok(if is_first {
        CheckError::Expired
    } else {
        CheckError::NotFound
    })
}

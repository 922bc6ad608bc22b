//! Looking a choir invitation up without telling its end: whoever asks after the end is told so, however
//! often, and the one telling of [`super::check_invitation`] is not used up by it.

use latchkey_common::fault::Fault;

use super::check_invitation::CheckError;
use crate::app::App;
use crate::domain::choir::{ChoirInvitation, PublicId};
use crate::domain::invitation::State;
use crate::store::choir::choirs;

/// The invitation, if it is good. `id` may be any text.
pub(crate) async fn find_choir_invitation(
    app: &App,
    id: &str,
) -> Result<ChoirInvitation, CheckError> {
    let id = PublicId::parse(id).ok_or(CheckError::NotFound)?;
    let now = app.db.now();
    let found = app
        .db
        .look(move |conn| choirs::find(conn, &id, now))
        .await
        .map_err(Fault::from)?
        .ok_or(CheckError::NotFound)?;
    match found.state {
        State::Open if !found.is_over => Ok(found),
        State::Open | State::Expired => Err(CheckError::Expired),
        _ => Err(CheckError::NotFound),
    }
}

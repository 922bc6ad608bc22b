//! Looking a choir invitation up without telling its end: whoever asks after the end is told so, however
//! often, and the one telling of [`super::check_invitation`] is not used up by it.

use super::check_invitation::{CheckError, stored};
use crate::app::App;
use crate::domain::choir::ChoirInvitation;
use crate::domain::invitation::State;

/// The invitation, if it is good. `id` may be any text.
pub(crate) async fn find_choir_invitation(
    app: &App,
    id: &str,
) -> Result<ChoirInvitation, CheckError> {
    let found = stored(app, id).await?;
    match found.state {
        State::Open if !found.is_over => Ok(found),
        State::Open | State::Expired => Err(CheckError::Expired),
        State::Accepted | State::Declined | State::Withdrawn | State::UsedUp => {
            Err(CheckError::NotFound)
        }
    }
}

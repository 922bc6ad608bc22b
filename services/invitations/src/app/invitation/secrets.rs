//! The secrets of an invitation: a further one leaves the others alive, and one that is taken back opens nothing
//! at once. Uses count over all of them.

use latchkey_common::audit::Actor;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;

use super::show::{Reach, ShowError};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::invitation::{InvitationId, SecretId, State};
use crate::domain::secret::{SecretRow, new_secret};
use crate::store::audit;
use crate::store::engine::secrets;

/// Why there is no further one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddSecretError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is no such invitation, or none that the caller may see.
    #[error("no such invitation")]
    NotFound,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// It has had as many as one may have.
    #[error("too many secrets")]
    TooMany(i64),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(AddSecretError);

/// Makes a further one. `render` words the answer.
pub(crate) async fn add_secret(
    app: &App,
    (by, reach): (Actor, Reach),
    id: InvitationId,
    label: Option<String>,
    call: Option<OneCall>,
    render: impl FnOnce(SecretRow, Secret) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, AddSecretError> {
    if let Some(before) = answered_before::<AddSecretError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let (secret, hash) = new_secret()?;
    let most = app.settings.secrets_per_invitation;
    write_once(app, app.db.for_new(), call, move |conn, now| {
        let (row, ..) = reach.find(conn, id)?.ok_or(AddSecretError::NotFound)?;
        if row.state != State::Open {
            return Err(AddSecretError::Ended);
        }
        let had = secrets::list(conn, id, most)?.len();
        if i64::try_from(had).is_ok_and(|had| had >= most) {
            return Err(AddSecretError::TooMany(most));
        }
        let made = secrets::insert(conn, id, &hash, label.as_deref(), now)?;
        audit::anothers(conn, &by, Verb::InvitationSecretMade, &row, now)?;
        Ok(render(made, secret)?)
    })
    .await
}

/// All that it ever had.
pub(crate) async fn list_secrets(
    app: &App,
    reach: Reach,
    id: InvitationId,
) -> Result<Vec<SecretRow>, ShowError> {
    let most = app.settings.secrets_per_invitation;
    app.db
        .read(move |conn| {
            reach.find(conn, id)?.ok_or(ShowError::NotFound)?;
            Ok(secrets::list(conn, id, most)?)
        })
        .await
}

/// Takes one back.
pub(crate) async fn revoke_secret(
    app: &App,
    (by, reach): (Actor, Reach),
    id: InvitationId,
    secret: SecretId,
) -> Result<(), ShowError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let (row, ..) = reach.find(conn, id)?.ok_or(ShowError::NotFound)?;
            if !secrets::revoke(conn, id, secret, now)? {
                return Err(ShowError::NotFound);
            }
            audit::anothers(conn, &by, Verb::InvitationSecretRevoked, &row, now)?;
            Ok(())
        })
        .await
}

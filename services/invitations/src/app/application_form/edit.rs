//! Putting another form in the place of the one before, for super users.

use latchkey_common::audit::{self, Actor, Way};
use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;

use crate::app::App;
use crate::domain::application::Form;
use crate::store::applications;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditFormError {
    /// The caller is no super user.
    #[error("no super user")]
    NotAllowed,
    /// It is not as the caller has seen it any more.
    #[error("it has changed")]
    Changed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(EditFormError);

/// Puts it there, if the one before is what `is_meant` knows. What is so already is no change: a call whose answer was
/// lost may be made again.
pub(crate) async fn edit_form(
    app: &App,
    (by, way): (&Known, Way),
    new: Form,
    is_meant: impl FnOnce(Form) -> Result<bool, Fault> + Send + 'static,
) -> Result<Form, EditFormError> {
    if !by.is_super_user {
        return Err(EditFormError::NotAllowed);
    }
    let (actor, now) = (Actor::account(by.user, &by.username, way), app.db.now());
    app.db
        .write(move |conn| {
            applications::hold(conn)?;
            let before = applications::form(conn)?;
            if before == new {
                return Ok(new);
            }
            if !is_meant(before)? {
                return Err(EditFormError::Changed);
            }
            applications::put_form(conn, &new)?;
            audit::note(conn, &actor, Verb::ApplicationFormChanged, (None, ""), now)?;
            Ok(new)
        })
        .await
}

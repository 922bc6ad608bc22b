//! Asking for an account, where the form for that is open. Whoever asks is known by a secret alone: with it they see how
//! their wish stands, and take it back.
//!
//! One may ask more than once. A rule of one open wish for each name or address would tell strangers who has asked,
//! and would let them stand in each other's way.

use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::via_fault;

use super::view::RequestView;
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::application::{Answered as Question, Application};
use crate::domain::kind::{Direction, Kind, RegistrationGrants};
use crate::domain::secret::new_secret;
use crate::settings::end_of_life;
use crate::store::applications;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::engine::requests;

/// What somebody says who has no account.
#[derive(Debug, Clone)]
pub(crate) struct Applying {
    /// What they are called.
    pub(crate) name: String,
    /// Where they could be written to.
    pub(crate) email: Option<String>,
    /// What they say beside their answers.
    pub(crate) message: Option<String>,
    /// The questions with their answers.
    pub(crate) answers: Vec<Question>,
}

/// Why nothing is asked. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The form is closed.
    #[error("nobody may apply")]
    Closed,
    /// The form asks something else.
    #[error("other questions")]
    OtherQuestions,
    /// So many wait already that nobody could decide them all.
    #[error("too many wait")]
    TooMany,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ApplyError);

/// Asks. `render` words the answer, with the secret in it.
pub(crate) async fn apply(
    app: &App,
    said: Applying,
    call: Option<OneCall>,
    render: impl FnOnce(RequestView, Secret) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, ApplyError> {
    if let Some(before) = answered_before::<ApplyError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let (secret, hash) = new_secret()?;
    let most = app.settings.open_applications;
    let expires_at = end_of_life(app.db.now().process(), app.settings.application_life_s);
    write_once(app, app.db.for_new(), call, move |conn, now| {
        applications::hold(conn)?;
        let form = applications::form(conn)?;
        if !form.is_open {
            return Err(ApplyError::Closed);
        }
        if !form.is_answered_by(&said.answers) {
            return Err(ApplyError::OtherQuestions);
        }
        if applications::count_open(conn, now)? >= most {
            return Err(ApplyError::TooMany);
        }
        let new = NewInvitation {
            kind: Kind::Registration,
            direction: Direction::Request,
            target_id: None,
            issuer_id: None,
            recipient_id: None,
            recipient_email: None,
            // The secret opens nothing, so that it is none of the invitation's.
            secret: None,
            grants: RegistrationGrants::default().bits(),
            max_uses: 1,
            expires_at,
            ground: None,
            slot: None,
            ends_after: None,
        };
        let made = insert(conn, &new, now)?;
        let made = made.ok_or_else(|| Fault::internal("a wish of nobody's stood in the way"))?;
        let application = Application::new(said.name, said.email, said.message, &said.answers);
        applications::insert(conn, made.id, &hash, &application)?;
        let request = requests::find(conn, made.id)?;
        let view = RequestView {
            request: request.ok_or_else(|| Fault::internal("a wish without a row"))?,
            username: None,
        };
        Ok(render(view, secret)?)
    })
    .await
}

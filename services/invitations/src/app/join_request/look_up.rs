//! How a wish for an account stands, for whoever has its secret: nobody else is told of it, and whoever guesses is told
//! that there is none.

use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::via_fault;

use super::invite_applicant::sealed_for;
use super::view::RequestView;
use crate::app::App;
use crate::domain::claim::Which;
use crate::domain::invitation::{Invitation, State};
use crate::store::applications;
use crate::store::engine::{invitations, requests};

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookUpError {
    /// There is no such wish, or it is forgotten.
    #[error("no such wish")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(LookUpError);

/// A wish, as its maker sees it.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// It.
    pub(crate) view: RequestView,
    /// The invitation that a yes has made, and its secret while that may let somebody in.
    pub(crate) invited: Option<(Invitation, Option<Secret>)>,
}

/// Finds it.
pub(crate) async fn look_up(app: &App, secret: &Secret) -> Result<Looked, LookUpError> {
    let hash = TokenHash::of(secret.expose());
    let found: Result<_, LookUpError> = app
        .db
        .read(move |conn| {
            let found = applications::find_by_secret(conn, &hash)?;
            let (id, sealed) = found.ok_or(LookUpError::NotFound)?;
            let request = requests::find(conn, id)?.ok_or(LookUpError::NotFound)?;
            let invited = request.application.as_ref().and_then(|one| one.invited);
            let invited = match invited {
                Some(invited) => invitations::find(conn, Which::Id(invited))?,
                None => None,
            };
            Ok((request, invited, sealed))
        })
        .await;
    let (request, invited, sealed) = found?;
    let now = app.db.now().process();
    let id = request.invitation.id;
    let invited = match invited {
        Some(row) if row.is_pending(now) && row.state == State::Open => {
            let sealed = sealed.ok_or_else(|| Fault::internal("a yes without a secret"))?;
            let plain = app.master_key.open(&sealed_for(id), &sealed);
            let text = plain.and_then(|plain| String::from_utf8(plain).ok());
            let text = text.ok_or_else(|| {
                Fault::unavailable("the right master key", "a sealed secret cannot be opened")
            })?;
            Some((row, Some(Secret::new(text))))
        }
        other => other.map(|row| (row, None)),
    };
    let view = RequestView {
        request,
        username: None,
    };
    Ok(Looked { view, invited })
}

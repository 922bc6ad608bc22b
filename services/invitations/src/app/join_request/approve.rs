//! Saying yes to a request.

use latchkey_common::auth::UserId;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::admit::admit;
use super::right::{Wanted, right_over};
use super::view::{RequestView, view_one};
use crate::app::App;
use crate::app::invitation::not_redeemed::RedemptionError;
use crate::app::invitation::redeem::{Redeemed, settled_before, told};
use crate::domain::claim::Person;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Kind;
use crate::store::engine::requests;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is none, or none that the caller may decide.
    #[error("no such request")]
    NotFound,
    /// What is asked for is given for good.
    #[error("no end there")]
    NoEnd,
    /// Nobody decides their own.
    #[error("one's own request")]
    Own,
    /// It is decided already, or was taken back.
    #[error("decided already")]
    Decided,
    /// They are in already.
    #[error("already a member")]
    AlreadyMember,
    /// What it leads into is gone.
    #[error("the target is closed")]
    TargetClosed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(DecideError);

impl From<RedemptionError> for DecideError {
    fn from(error: RedemptionError) -> Self {
        match error {
            RedemptionError::Key(refusal) => Self::Key(refusal),
            RedemptionError::Shut(_) => Self::Decided,
            RedemptionError::InviterLostRight => Self::NotFound,
            RedemptionError::AlreadyMember => Self::AlreadyMember,
            RedemptionError::TargetClosed => Self::TargetClosed,
            RedemptionError::Fault(fault) => Self::Fault(fault),
            other @ (RedemptionError::AccountNeeded
            | RedemptionError::AccountThere
            | RedemptionError::ByRequest
            | RedemptionError::SignInNeeded
            | RedemptionError::InvalidUsername
            | RedemptionError::InsecurePassword
            | RedemptionError::UsernameReserved
            | RedemptionError::CommonPassword
            | RedemptionError::NameAsPassword
            | RedemptionError::UsernameTaken) => Self::Fault(Fault::internal(other.to_string())),
        }
    }
}

/// What whoever asked is given, where it is something else than they have asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Given {
    /// What, in the encoding of its kind.
    pub(crate) grants: Option<i64>,
    /// After how many milliseconds they are in no more.
    pub(crate) ends_after: Option<i64>,
}

/// Lets in whoever asked.
pub(crate) async fn approve_request(
    app: &App,
    by: UserId,
    id: InvitationId,
    call: Option<OneCall>,
) -> Result<(RequestView, bool), DecideError> {
    approve_for(app, by, id, None, call).await
}

/// Lets in whoever asked, after as many milliseconds no more.
pub(crate) async fn approve_for(
    app: &App,
    by: UserId,
    id: InvitationId,
    ends_after: Option<i64>,
    call: Option<OneCall>,
) -> Result<(RequestView, bool), DecideError> {
    let given = Given {
        grants: None,
        ends_after,
    };
    let (_, is_replay) = settle_request(app, by, id, given, call).await?;
    let view = view_one(app, id).await?.ok_or(DecideError::NotFound)?;
    Ok((view, is_replay))
}

/// The same with what is given.
pub(super) async fn settle_request(
    app: &App,
    by: UserId,
    id: InvitationId,
    given: Given,
    call: Option<OneCall>,
) -> Result<Redeemed, DecideError> {
    if let Some(used) = settled_before(app, call.as_ref()).await? {
        return Ok((used, true));
    }
    let found = app.db.look(move |conn| requests::find(conn, id)).await?;
    let row = found.ok_or(DecideError::NotFound)?.invitation;
    let grants = given.grants.unwrap_or(row.grants);
    let wanted = Wanted {
        kind: row.kind,
        target: row.target_id,
        grants,
    };
    let right = right_over(app, by, wanted).await?;
    if row.recipient_id == Some(by) {
        return Err(DecideError::Own);
    }
    let right = right.ok_or(DecideError::NotFound)?;
    if given.ends_after.is_some() && row.kind == Kind::Registration {
        return Err(DecideError::NoEnd);
    }
    if !row.is_pending(app.db.now().process()) {
        return Err(DecideError::Decided);
    }
    let person = asker(app, &row).await?;
    let me = by;
    let prepared = app
        .db
        .change(move |conn| requests::prepare(conn, id, me, grants, given.ends_after));
    if !prepared.await? {
        return Err(DecideError::Decided);
    }
    let outcome = admit(app, &row, person, (me, right), call.clone()).await;
    Ok(told(app, call.as_ref(), outcome).await?)
}

/// Whoever is locked by now comes in nowhere.
async fn asker(app: &App, row: &Invitation) -> Result<Person, DecideError> {
    let id = row.recipient_id.ok_or(DecideError::NotFound)?;
    let found = app.users.by_ids(vec![id]).await?.into_iter().next();
    let alive = found.filter(|one| !one.is_locked);
    let user = alive.ok_or(DecideError::NotFound)?;
    Ok(Person {
        user: user.id,
        username: user.username,
        email: None,
    })
}

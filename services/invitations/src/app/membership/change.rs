//! Saying when a membership ends by itself: sooner, later, or not at all.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::members::{Member, MemberError, MemberId, SetEnd};

use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::changed::Changed;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// It is not as the caller has seen it any more.
    #[error("it has changed")]
    Changed,
    /// The channels service says no.
    #[error(transparent)]
    Member(MemberError),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ChangeError);

impl From<MemberError> for ChangeError {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Changed => Self::Changed,
            MemberError::Fault(fault) => Self::Fault(fault),
            other @ (MemberError::NotFound
            | MemberError::NotAllowed
            | MemberError::Owner
            | MemberError::Own) => Self::Member(other),
        }
    }
}

/// Sets it, if it is what `is_meant` knows. What is so already is no change: a call whose answer was lost may be made
/// again, whether the answer was kept or not. `render` words the answer.
pub(crate) async fn change_end(
    app: &App,
    by: UserId,
    id: MemberId,
    ends_at: Changed<Millis>,
    call: Option<OneCall>,
    is_meant: impl FnOnce(&Member) -> Result<bool, Fault>,
    render: impl FnOnce(Member) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, ChangeError> {
    if let Some(before) = answered_before::<ChangeError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let seen = app.channels.member(id, by).await?;
    let ends_at = ends_at.of(seen.ends_at);
    if seen.ends_at != ends_at && !is_meant(&seen)? {
        return Err(ChangeError::Changed);
    }
    let ask = SetEnd {
        member: id,
        by,
        seen: seen.ends_at,
        ends_at,
    };
    let changed = app.channels.set_end(ask).await?;
    write_once(app, app.db.clone(), call, move |_, _| Ok(render(changed)?)).await
}

//! Saying when a membership ends by itself: sooner, later, or not at all.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::members::{MemberError, SetEnd};

use super::here;
use super::list::{MemberView, show_member, with_person};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::changed::Changed;
use crate::domain::membership::MemberKey;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// It is not as the caller has seen it any more.
    #[error("it has changed")]
    Changed,
    /// The rules of what they are in say no.
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
    key: MemberKey,
    ends_at: Changed<Millis>,
    call: Option<OneCall>,
    is_meant: impl FnOnce(&MemberView) -> Result<bool, Fault>,
    render: impl FnOnce(MemberView) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, ChangeError> {
    if let Some(before) = answered_before::<ChangeError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let view = show_member(app, by, key).await?;
    let seen = view.member.ends_at;
    let ends_at = ends_at.of(seen);
    if seen != ends_at && !is_meant(&view)? {
        return Err(ChangeError::Changed);
    }
    let changed = match key {
        MemberKey::Channel(member) => {
            let ask = SetEnd {
                member,
                by,
                seen,
                ends_at,
            };
            app.channels.set_end(ask).await?.into()
        }
        MemberKey::Group(_) | MemberKey::Tree(..) => {
            let changed = here::set_end(app, by, key, seen, ends_at).await?;
            with_person(app, changed).await?
        }
    };
    write_once(app, app.db.clone(), call, move |_, _| Ok(render(changed)?)).await
}

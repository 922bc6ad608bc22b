//! Making a channel. Its maker owns it and holds every permission.

use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::Membership;

use super::App;
use crate::domain::channel::NewChannel;
use crate::domain::member::Person;
use crate::store::founding::found;

/// Why no channel was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateChannelError {
    #[error("an open channel has the name")]
    NameTaken,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes a channel with its creation message, which makes no event: the maker hears of the channel
/// by joining it.
pub(crate) async fn create_channel(
    app: &App,
    me: Person,
    new: NewChannel,
    once: Option<Once<Membership>>,
) -> Result<Made<Membership>, CallError<CreateChannelError>> {
    let now = app.db.clock().now();
    let made = app
        .db
        .for_new()
        .single_once(once, move |conn| found(conn, &new, &me, now))
        .await
        .map_err(|error| error.map(CreateChannelError::Fault))?;
    let made = made.ok_or(CallError::Refused(CreateChannelError::NameTaken))?;
    app.feed.written();
    Ok(made)
}

//! Making a channel. Its maker owns it and holds every permission.

use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::Membership;

use super::App;
use crate::domain::channel::NewChannel;
use crate::domain::member::Person;
use crate::store::channels::{count_owned, hold_owner};
use crate::store::founding::{Quick, found, found_at_once};

/// Why no channel was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateChannelError {
    #[error("an open channel has the name")]
    NameTaken,
    #[error("the person owns as many channels as one may")]
    TooMany,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CreateChannelError);

/// Makes a channel with its creation message, which makes no event: the maker hears of the channel
/// by joining it.
pub(crate) async fn create_channel(
    app: &App,
    me: Person,
    new: NewChannel,
    once: Option<Once<Membership>>,
) -> Result<Made<Membership>, CallError<CreateChannelError>> {
    let most = app.has_quotas.then(|| app.settings.most_channels());
    if once.is_none()
        && let Some(made) = at_once(app, &me, &new, most).await?
    {
        app.feed.written();
        return Ok(Made::Now(made));
    }
    let now = app.db.clock().now();
    let made = app
        .db
        .for_new()
        .write_once(once, move |conn| {
            if let Some(most) = most {
                hold_owner(conn, me.id)?;
                if count_owned(conn, me.id)? >= most {
                    return Err(CreateChannelError::TooMany);
                }
            }
            found(conn, &new, &me, now)?.ok_or(CreateChannelError::NameTaken)
        })
        .await?;
    app.feed.written();
    Ok(made)
}

/// The whole of it in one statement, where the database has one and the person is far from having too many. It says
/// nothing but yes.
async fn at_once(
    app: &App,
    me: &Person,
    new: &NewChannel,
    most: Option<i64>,
) -> Result<Option<Membership>, Fault> {
    if !app.db.has_many_writers() {
        return Ok(None);
    }
    let quick = Quick::below(most);
    let (me, new, now) = (me.clone(), new.clone(), app.db.clock().now());
    app.db
        .for_new()
        .write_single(move |conn| Ok(found_at_once(conn, &new, &me, quick, now)?))
        .await
}

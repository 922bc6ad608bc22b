//! Making a channel. Its maker owns it and holds every permission.

use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelType, Membership, Permissions};

use super::{App, admit};
use crate::domain::channel::{ChannelName, OpenChannel};
use crate::domain::member::Person;
use crate::domain::message::MessageId;
use crate::store::{channels, messages};

/// A channel to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewChannel {
    pub(crate) name: ChannelName,
    pub(crate) channel_type: ChannelType,
}

/// Why no channel was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateChannelError {
    #[error("an open channel has the name")]
    NameTaken,
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
) -> Result<Membership, CreateChannelError> {
    let now = app.db.clock().now();
    let made = app
        .db
        .write(move |conn| {
            let id = channels::insert(conn, &new.name, new.channel_type, me.id, now)?
                .ok_or(CreateChannelError::NameTaken)?;
            let mut channel = OpenChannel {
                id,
                name: new.name.as_str().to_owned(),
                channel_type: new.channel_type,
                owner: me.id,
                last_message: MessageId(0),
            };
            // First, so that the event of joining shows it.
            channel.last_message = messages::insert_first(conn, id, &me, now)?;
            channels::set_last_message(conn, id, channel.last_message)?;
            let membership = admit(conn, &channel, &me, Permissions::ALL, now)?;
            Ok::<_, CreateChannelError>(membership)
        })
        .await?;
    app.feed.written();
    Ok(made)
}

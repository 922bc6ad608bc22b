//! Giving a channel another name.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission};

use super::App;
use super::end_memberships::write_down;
use crate::domain::channel::ChannelName;
use crate::domain::event::{Fact, NewEvent};
use crate::domain::message::MessageType;
use crate::store::messages::{self, NewMessage};
use crate::store::{channels, members, outbox};

/// Why a channel kept its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenameError {
    #[error("no such channel")]
    ChannelNotFound,
    #[error("not a member who may rename")]
    NoPermission,
    #[error("an open channel has the name")]
    NameTaken,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RenameError);

/// Renames a channel, with a message that says so and becomes the newest one. The channel's own
/// present name counts as taken.
pub(crate) async fn rename_channel(
    app: &App,
    me: UserId,
    channel: ChannelId,
    name: ChannelName,
    once: Option<Once<()>>,
) -> Result<Made<()>, CallError<RenameError>> {
    let sql_now = app.db.now();
    let now = sql_now.process();
    let made = app
        .db
        .for_new()
        .write_once(once, move |conn| {
            let channel = channels::lock(conn, channel)?.ok_or(RenameError::ChannelNotFound)?;
            write_down(conn, channel.id, sql_now)?;
            members::permissions(conn, channel.id, me, sql_now)?
                .filter(|held| held.contains(Permission::Rename))
                .ok_or(RenameError::NoPermission)?;
            if !channels::rename(conn, channel.id, &name)? {
                return Err(RenameError::NameTaken);
            }
            let event = |fact| NewEvent {
                channel: channel.id,
                user: me,
                fact,
            };
            let channel_name = name.as_str().to_owned();
            outbox::append(conn, &event(Fact::Rename { channel_name }), now)?;
            let new = NewMessage {
                channel: channel.id,
                author: me,
                kind: MessageType::ChannelRename,
                content: Some(name.as_str().to_owned()),
                now,
            };
            let message = messages::insert(conn, new, Permission::Rename, sql_now)?
                .ok_or(RenameError::NoPermission)?;
            channels::set_last_message(conn, channel.id, message.id)?;
            let sent = Fact::Message {
                message: message.id,
                channel_name: name.as_str().to_owned(),
            };
            outbox::append(conn, &event(sent), now)?;
            Ok(())
        })
        .await?;
    app.feed.written();
    Ok(made)
}

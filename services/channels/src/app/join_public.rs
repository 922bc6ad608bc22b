//! Joining a public channel without an invitation.

use latchkey_peers::channels::{ChannelId, ChannelType, JoinError, Membership, Permissions};

use super::App;
use crate::domain::member::Person;
use crate::store::joining::admit;
use crate::store::{channels, members};

/// Lets somebody into a public channel, with the permissions of that way in.
pub(crate) async fn join_public(
    app: &App,
    channel: ChannelId,
    person: Person,
) -> Result<Membership, JoinError> {
    let now = app.db.clock().now();
    let membership = app
        .db
        .for_new()
        .write(move |conn| {
            let channel = channels::lock(conn, channel)?.ok_or(JoinError::ChannelNotFound)?;
            if members::permissions(conn, channel.id, person.id)?.is_some() {
                return Err(JoinError::AlreadyMember);
            }
            if channel.channel_type != ChannelType::Public {
                return Err(JoinError::NotPublic);
            }
            admit(conn, &channel, &person, Permissions::PUBLIC_JOIN, now).map_err(JoinError::from)
        })
        .await?;
    app.feed.written();
    Ok(membership)
}

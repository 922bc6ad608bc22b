//! Joining a public channel without an invitation.

use latchkey_peers::channels::{ChannelId, ChannelType, JoinError, Membership, Permissions};

use super::App;
use super::end_memberships::write_down;
use crate::domain::member::Person;
use crate::store::joining::admit;
use crate::store::{channels, members};

/// Lets somebody into a public channel, with the permissions of that way in.
pub(crate) async fn join_public(
    app: &App,
    channel: ChannelId,
    person: Person,
) -> Result<Membership, JoinError> {
    let sql_now = app.db.now();
    let now = sql_now.process();
    let membership = app
        .db
        .for_new()
        .write(move |conn| {
            let channel = channels::lock(conn, channel)?.ok_or(JoinError::ChannelNotFound)?;
            write_down(conn, channel.id, sql_now)?;
            if members::permissions(conn, channel.id, person.id, sql_now)?.is_some() {
                return Err(JoinError::AlreadyMember);
            }
            if channel.channel_type != ChannelType::Public {
                return Err(JoinError::NotPublic);
            }
            let permissions = Permissions::PUBLIC_JOIN;
            admit(conn, &channel, &person, permissions, None, now).map_err(JoinError::from)
        })
        .await?;
    app.feed.written();
    Ok(membership)
}

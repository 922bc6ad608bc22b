//! What more than one service shows. Times are whole seconds.

use latchkey_common::auth::{Caller, UserId};
use latchkey_common::clock::Millis;
use latchkey_peers::channels::{ChannelId, ChannelType, Membership, Permissions};
use latchkey_peers::users::UserView;
use serde::Serialize;

/// An account, shown to its owner.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(rename = "userId")]
    id: UserId,
    username: String,
    created_at: i64,
}

impl User {
    /// The account with this number and name, made then.
    pub const fn new(id: UserId, username: String, created_at: Millis) -> Self {
        Self {
            id,
            username,
            created_at: created_at.seconds(),
        }
    }
}

impl From<Caller> for User {
    fn from(caller: Caller) -> Self {
        Self::new(caller.user, caller.username, caller.created_at)
    }
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self::new(user.id, user.username, user.created_at)
    }
}

/// A channel from the point of view of one member.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserChannel {
    channel_id: ChannelId,
    channel_name: String,
    channel_type: ChannelType,
    channel_perms: Permissions,
    channel_owner: UserId,
    last_message: i64,
    last_read: i64,
    joined_at: i64,
}

impl From<Membership> for UserChannel {
    fn from(member: Membership) -> Self {
        Self {
            channel_id: member.channel,
            channel_name: member.name,
            channel_type: member.channel_type,
            channel_perms: member.permissions,
            channel_owner: member.owner,
            last_message: member.last_message,
            last_read: member.last_read,
            joined_at: member.joined_at.seconds(),
        }
    }
}

//! Use cases: one file each, with its input, its refusals and its function. Neither requests nor
//! queries belong here.

pub(crate) mod add_member;
pub(crate) mod channel_info;
pub(crate) mod create_channel;
pub(crate) mod end_memberships;
pub(crate) mod forget;
pub(crate) mod join_public;
pub(crate) mod leave_channel;
pub(crate) mod list_channels;
pub(crate) mod list_members;
pub(crate) mod list_unread;
pub(crate) mod load_messages;
pub(crate) mod made_acts;
pub(crate) mod mark_read;
pub(crate) mod membership_changes;
pub(crate) mod memberships;
pub(crate) mod open_stream;
pub(crate) mod own;
pub(crate) mod purge;
pub(crate) mod remove_members;
pub(crate) mod rename_channel;
pub(crate) mod search_channels;
pub(crate) mod send_message;
pub(crate) mod standings;
pub(crate) mod stream_position;
pub(crate) mod watch_sessions;

use std::sync::Arc;

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::feed::Feed;
use latchkey_common::db::{Conn, Db, QueryResult, Together};
use latchkey_common::turns::Turns;
use latchkey_peers::channels::ChannelId;
use latchkey_peers::users::UsersApi;

use self::watch_sessions::LastAnswer;
use crate::domain::event::{Fact, NewEvent};
use crate::domain::message::{Draft, MessageId};
use crate::live::Live;
use crate::settings::Settings;
use crate::store::{members, outbox};

/// What every use case works with.
pub(crate) struct App {
    pub(crate) db: Db,
    /// Messages on their way into `db`, where it takes several at once.
    pub(crate) sending: Together<Draft, Option<MessageId>>,
    pub(crate) settings: Settings,
    /// Rows that a list answers at most.
    pub(crate) list_ceiling: i64,
    /// Bytes that a list answers at most.
    pub(crate) list_bytes: usize,
    /// Whether it is counted what people have.
    pub(crate) has_quotas: bool,
    pub(crate) users: Arc<dyn UsersApi>,
    /// Told after each commit that wrote an event.
    pub(crate) feed: Arc<Feed>,
    pub(crate) live: Arc<Live>,
    /// About the sessions of streams.
    pub(crate) last_answer: LastAnswer,
    /// Turns to search.
    pub(crate) searches: Turns,
}

/// Takes a member out of a channel whose row is held, with the event that tells of it.
fn dismiss(
    conn: &mut Conn,
    channel: ChannelId,
    user: UserId,
    fact: Fact,
    now: Millis,
) -> QueryResult<()> {
    let event = NewEvent {
        channel,
        user,
        fact,
    };
    let left_event = outbox::append(conn, &event, now)?;
    members::remove(conn, channel, user, left_event)
}

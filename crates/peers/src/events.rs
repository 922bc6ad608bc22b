//! What a service tells those who read its outbox. Read by cursor: `after` is the position of the
//! last event that the reader has dealt with, and it may see an event twice but never miss one.

use latchkey_common::auth::UserId;
use serde::{Deserialize, Serialize};

use crate::channels::id::ChannelId;

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserEvent {
    /// The place in the outbox.
    pub position: i64,
    /// Whose account.
    pub user: UserId,
    /// What happened.
    pub kind: UserEventKind,
}

/// What may happen to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserEventKind {
    /// It was made.
    Created,
    /// An operator locked it: its sessions are dead and its invitations end.
    Locked,
    /// An operator unlocked it.
    Unlocked,
    /// It is no super user any more: where they alone may invite, its invitations end.
    Demoted,
}

/// Something that happened in a channel and may end invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelEvent {
    /// The place in the outbox.
    pub position: i64,
    /// Its number, which compares with [`crate::channels::Seat::since`] of the same channel.
    pub id: i64,
    /// Which channel.
    pub channel: ChannelId,
    /// What happened.
    pub kind: ChannelEventKind,
}

/// What may happen in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChannelEventKind {
    /// Somebody became a member.
    Joined(UserId),
    /// Somebody is no longer a member, by own will or not.
    Gone(UserId),
    /// The channel is closed.
    Closed,
}

/// A piece of an outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch<E> {
    /// The events after the asked position, in order.
    pub events: Vec<E>,
    /// Where to go on; not lower than what was asked, and beyond events of no interest.
    pub next: i64,
}

//! The only SQL of this service. Rules do not belong here: a function says what it found, and the
//! use case knows what that means.
//!
//! Whatever changes a channel locks its row first ([`channels::lock`]). Ids of messages and events
//! are taken under that lock, so within one channel they become visible in their order, and what a
//! later statement of the same transaction reads about the channel cannot change any more.

pub(crate) mod channels;
pub(crate) mod departed;
pub(crate) mod ended;
pub(crate) mod events;
pub(crate) mod founding;
pub(crate) mod joining;
pub(crate) mod members;
pub(crate) mod memberships;
pub(crate) mod messages;
pub(crate) mod outbox;
pub(crate) mod own;
mod piece;
pub(crate) mod saying;
mod schema;
pub(crate) mod unread;

use latchkey_common::installation::Refers;

/// What rows here tell of numbers that other services have given out.
pub(crate) const REFERS: &[Refers] = &[
    Refers {
        to: "users.accounts",
        table: "members",
        query: "SELECT max(user_id) AS last FROM members",
    },
    Refers {
        to: "users.accounts",
        table: "channels",
        query: "SELECT max(owner_id) AS last FROM channels",
    },
];

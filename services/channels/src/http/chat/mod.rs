//! The chat contract: what it shows of channels, members and messages.

pub(super) mod channels;
mod dto;
mod errors;
mod events;
pub(super) mod listener;
pub(super) mod members;
pub(super) mod messages;
mod shapes;

use latchkey_common::auth::Caller;

use crate::domain::member::Person;

fn person(caller: Caller) -> Person {
    Person {
        id: caller.user,
        username: caller.username,
    }
}

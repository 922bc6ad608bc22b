//! The chat contract: what it shows of channels, members and messages.

mod channels;
mod dto;
mod errors;
mod events;
mod listener;
mod members;
mod messages;

use latchkey_common::auth::Caller;
use latchkey_common::server::{Sitemap, get, post, put};
use latchkey_contracts::chat::CONTRACT;

use crate::domain::member::Person;

/// Joining and inviting are served by invitations.
pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            ("/api/user/channels", get(channels::list).long()),
            ("/api/user/listener", get(listener::listen).endless()),
            ("/api/channel/create", post(channels::create)),
            ("/api/channel/info", get(channels::info)),
            ("/api/channel/rename", post(channels::rename)),
            ("/api/channel/search", get(channels::search).long()),
            ("/api/channel/leave", post(members::leave)),
            ("/api/channel/users", get(members::list).long()),
            ("/api/channel/users/remove", post(members::remove)),
            ("/api/channel/messages", post(messages::load).long()),
            ("/api/channel/messages/create", post(messages::create)),
            ("/api/channel/messages/read", put(messages::read)),
        ],
    )
}

fn person(caller: Caller) -> Person {
    Person {
        id: caller.user,
        username: caller.username,
    }
}

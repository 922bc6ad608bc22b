//! Pages for people: channels, as forms and links that need no script.

mod again;
mod files;
mod find;
mod guest;
mod join;
mod list;
mod live;
mod make;
mod manage;
mod members;
mod message;
mod refused;
mod say;
mod show;
mod told;

use latchkey_common::server::{Sitemap, get, post};
use latchkey_contracts::pages::{CHANNELS, CONTRACT};
use latchkey_peers::channels::ChannelId;

/// The new ones and the one that asks to make one come before any channel's own.
pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            (CHANNELS, get(list::show).long()),
            ("/c/new", get(make::show).post(make::make)),
            ("/c/{id}", get(show::show).long()),
            ("/assets/{version}/{name}", get(files::show)),
            ("/c/{id}/messages", post(say::say)),
            ("/c/{id}/live", get(live::listen).endless()),
            ("/c/{id}/join", post(join::join)),
            ("/c/{id}/members", get(members::show).long()),
            ("/c/{id}/rename", post(manage::rename).long()),
            ("/c/{id}/remove", post(manage::remove).long()),
            ("/c/{id}/leave", post(manage::leave).long()),
        ],
    )
}

/// Where a channel lies.
fn path(channel: ChannelId) -> String {
    format!("{CHANNELS}/{channel}")
}

/// The channel of an address. What is no number names none.
fn channel(text: &str) -> ChannelId {
    ChannelId(text.parse().unwrap_or(0))
}

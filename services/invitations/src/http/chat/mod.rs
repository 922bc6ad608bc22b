//! The chat contract's calls that concern invitations: translate in, one use case, translate out.

mod channel_invites;
mod dto;
pub(super) mod errors;
mod join;
mod register;
mod registration_invites;

use latchkey_common::server::{Sitemap, get, post};
use latchkey_contracts::chat::CONTRACT;

pub(super) fn sitemap() -> Sitemap {
    use {channel_invites as channel, registration_invites as registration};
    Sitemap::of(
        &CONTRACT,
        [
            (
                "/api/user/create",
                post(register::create).limited("sign_up").small(),
            ),
            ("/api/user/invites", get(registration::list).long()),
            ("/api/user/invites/create", post(registration::create)),
            ("/api/user/invites/remove", post(registration::remove)),
            ("/api/user/channel/invites", get(channel::list_mine).long()),
            (
                "/api/user/channel/invites/remove",
                post(channel::remove_mine),
            ),
            ("/api/user/channel/invites/clear", post(channel::clear_mine)),
            ("/api/channel/join", post(join::join)),
            ("/api/channel/invite", post(channel::create)),
            ("/api/channel/invites", get(channel::list).long()),
            ("/api/channel/invites/remove", post(channel::remove)),
        ],
    )
}

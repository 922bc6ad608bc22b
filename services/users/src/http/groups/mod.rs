//! The group contract: how its app signs somebody in, and finds people to ask.

mod dto;
mod errors;
mod people;
mod sessions;

use latchkey_common::server::{Sitemap, get, post};
use latchkey_contracts::groups::CONTRACT;

/// The groups themselves are served by invitations.
pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            ("/login", post(sessions::log_in).limited("login").small()),
            ("/users", get(people::list).long()),
        ],
    )
    .slash_or_none()
}

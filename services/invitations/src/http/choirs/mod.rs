//! The choir contract: checking and making invitations behind an API key, the same as the platform's
//! application server asks for it, and the page on which people make such keys.

mod dto;
mod errors;
mod invitations;
mod key_holder;
mod keys;
mod keys_page;
mod platform;
mod sent;

use latchkey_common::server::{Sitemap, get, post};
use latchkey_contracts::choirs::CONTRACT;

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            ("/check/{id:.*}", get(invitations::check)),
            ("/create", post(invitations::create)),
            ("/create/", post(invitations::create)),
            ("/invitation", post(platform::create).get(platform::show)),
            ("/keys", get(keys::page).long()),
            ("/keys/create", post(keys::create)),
            ("/keys/delete", post(keys::delete)),
            ("/keys/list", get(keys::list).long()),
        ],
    )
}

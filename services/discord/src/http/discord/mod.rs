//! The Discord contract: its shapes, its refusals, its handlers.

mod dto;
mod errors;
mod invites;
mod links;

use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::TokenCaller;
use latchkey_common::server::{Sitemap, delete, get};
use latchkey_contracts::discord::CONTRACT;

use crate::domain::subject::Asker;

pub(super) fn sitemap() -> Sitemap {
    // The three spellings of the one path, as the document has them.
    let link = || get(invites::read).post(invites::create);
    Sitemap::of(
        &CONTRACT,
        [
            ("/discord/invites", link()),
            ("/discord-actions/invite", link()),
            ("/discord-actions/invites", link()),
            // Beyond the document, for super users.
            ("/discord/links", get(links::list).long()),
            ("/discord/links/{id}", delete(links::revoke)),
        ],
    )
}

/// The same who acts, for the audit log.
fn acting(caller: &TokenCaller) -> (Asker, Actor) {
    let by = Actor::account(caller.user, &caller.username, Way::Discord);
    (asker(caller), by)
}

const fn asker(caller: &TokenCaller) -> Asker {
    Asker {
        user: caller.user,
        is_super_user: caller.is_super_user,
    }
}

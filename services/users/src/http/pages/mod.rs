//! Pages for people about their accounts: plain forms, rendered here, that need no script.

mod login;
mod logout;
mod settings;

use latchkey_common::server::{Sitemap, get, post};
use latchkey_contracts::pages::{CONTRACT, LOGIN, LOGOUT, SETTINGS};

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            (LOGIN, get(login::show).post(login::submit)),
            (LOGOUT, post(logout::submit)),
            (
                SETTINGS,
                get(settings::show).long().post(settings::submit).long(),
            ),
        ],
    )
}

//! Pages for people: plain forms, rendered here, that need no script. Opening one uses nothing up, because
//! link previews open links too.

mod files;
mod form;
mod home;
mod landing;
mod register;
mod shut;
mod welcome;

use latchkey_common::server::{Sitemap, get};
use latchkey_contracts::pages::{CONTRACT, HOME, ICON, REGISTER, ROBOTS, WELCOME};

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            (HOME, get(home::show)),
            (ICON, get(files::icon)),
            (ROBOTS, get(files::robots)),
            ("/i/{secret}", get(landing::show).post(landing::accept)),
            (REGISTER, get(register::show).post(register::submit)),
            (WELCOME, get(welcome::show)),
        ],
    )
}

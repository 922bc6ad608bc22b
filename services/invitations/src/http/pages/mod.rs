//! Pages for people: plain forms, rendered here, that need no script. Opening one uses nothing up, because
//! link previews open links too.

mod answer;
mod blocks;
mod files;
mod form;
mod home;
mod inbox;
mod invite;
mod landing;
mod made;
mod register;
mod shut;
mod way_in;
mod welcome;

use latchkey_common::server::{Sitemap, get};
use latchkey_contracts::pages::{
    BLOCKS, CONTRACT, HOME, ICON, INBOX, INVITATIONS, INVITE, REGISTER, ROBOTS, WELCOME,
};

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            (HOME, get(home::show)),
            (ICON, get(files::icon)),
            (ROBOTS, get(files::robots)),
            ("/i/{secret}", get(landing::show).post(answer::submit)),
            (REGISTER, get(register::show).post(register::submit)),
            (WELCOME, get(welcome::show)),
            (INVITE, get(invite::show).long().post(invite::submit).long()),
            (INVITATIONS, get(made::list).long()),
            (
                "/invitations/{inv}",
                get(made::show).long().post(made::submit).long(),
            ),
            (BLOCKS, get(blocks::show).long().post(blocks::submit)),
            (INBOX, get(inbox::show).long().post(inbox::submit).long()),
        ],
    )
}

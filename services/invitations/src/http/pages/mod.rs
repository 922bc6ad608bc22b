//! Pages for people: plain forms, rendered here, that need no script. Opening one uses nothing up, because
//! link previews open links too.

mod answer;
mod application_form;
mod apply;
mod arrive;
mod audit;
mod blocks;
mod data;
mod files;
mod form;
mod groups;
mod home;
mod inbox;
mod invite;
mod joined;
mod landing;
mod ledger;
mod made;
mod namespaces;
mod register;
mod requests;
mod shut;
mod way_in;
mod welcome;

use latchkey_common::server::{Sitemap, get};
use latchkey_contracts::pages::{
    APPLICATION_FORM, APPLIED, APPLY, BLOCKS, CONTRACT, DATA, GROUPS, HOME, ICON, INBOX,
    INVITATIONS, INVITATIONS_AUDIT, INVITE, LEDGER, NAMESPACES, REGISTER, REQUESTS, ROBOTS,
    WELCOME,
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
            (APPLY, get(apply::show).post(apply::submit)),
            (APPLIED, get(apply::show_field).post(apply::look)),
            (
                APPLICATION_FORM,
                get(application_form::show).post(application_form::submit),
            ),
            (INVITE, get(invite::show).long().post(invite::submit).long()),
            (INVITATIONS, get(made::list).long()),
            (
                "/invitations/{inv}",
                get(made::show).long().post(made::submit).long(),
            ),
            (GROUPS, get(groups::list).long().post(groups::make).long()),
            (
                "/groups/{id}",
                get(groups::show).long().post(groups::submit).long(),
            ),
            (NAMESPACES, get(namespaces::list).long()),
            (
                "/namespaces/new",
                get(namespaces::show_making).post(namespaces::make),
            ),
            (
                "/namespaces/{owner}/{path:.+}",
                get(namespaces::show).long().post(namespaces::submit).long(),
            ),
            (INVITATIONS_AUDIT, get(audit::show).long()),
            (LEDGER, get(ledger::show).long()),
            (DATA, get(data::show).long().post(data::take).long()),
            (BLOCKS, get(blocks::show).long().post(blocks::submit)),
            (INBOX, get(inbox::show).long().post(inbox::submit).long()),
            ("/inbox/past", get(inbox::show_past).long()),
            (
                REQUESTS,
                get(requests::show).long().post(requests::submit).long(),
            ),
        ],
    )
}

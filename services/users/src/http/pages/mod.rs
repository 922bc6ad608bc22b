//! Pages for people about their accounts: plain forms, rendered here, that need no script. What programs can do here is
//! explained beside them.

mod admin;
mod audit;
mod delete;
mod docs;
mod forgot;
mod login;
mod logout;
mod people;
mod reset;
mod settings;

pub(crate) use self::admin::SettingsInForce;
use latchkey_common::server::{Sitemap, get, post};
use latchkey_contracts::pages::{
    ADMIN, AUDIT, CONTRACT, DELETE, DOCS, FORGOT, LOGIN, LOGOUT, PEOPLE, SETTINGS,
};

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            (LOGIN, get(login::show).post(login::submit)),
            (LOGOUT, post(logout::submit)),
            (FORGOT, get(forgot::show)),
            ("/reset/{secret}", get(reset::show).post(reset::submit)),
            (PEOPLE, get(people::list).long()),
            (
                "/people/{acc}",
                get(people::show).long().post(people::submit).long(),
            ),
            (ADMIN, get(admin::show).long()),
            (AUDIT, get(audit::show).long()),
            (DOCS, get(docs::list)),
            ("/docs/{contract}", get(docs::show).long()),
            (
                SETTINGS,
                get(settings::show).long().post(settings::submit).long(),
            ),
            (DELETE, get(delete::show).long().post(delete::submit).long()),
        ],
    )
}

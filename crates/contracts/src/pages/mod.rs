//! Pages for people: what a link in an invitation leads to. They have no description; to
//! programs they refuse as what no contract has is refused.

use latchkey_common::server::{Contract, Paths, Root, refuse_plainly};

/// The first page.
pub const HOME: &str = "/";

/// The picture of this place beside its name.
pub const ICON: &str = "/favicon.ico";

/// What robots may do.
pub const ROBOTS: &str = "/robots.txt";

/// Where the page behind any link lies: the secret follows.
pub const LANDING: &str = "/i";

/// Where the page behind a registration link lies.
pub const REGISTER: &str = "/register";

/// Where somebody is who has made an account.
pub const WELCOME: &str = "/welcome";

/// The contract. Its forms sign people in, so strangers are guarded: a page of another site could make a visitor's
/// browser go on as somebody else unnoticed.
pub static CONTRACT: Contract = Contract {
    name: "pages",
    document: None,
    paths: Paths::Roots(&[
        Root::Only(HOME),
        Root::Only(ICON),
        Root::Only(ROBOTS),
        Root::Below(LANDING),
        Root::Below(REGISTER),
        Root::Only(WELCOME),
    ]),
    guards_strangers: true,
    refuse: refuse_plainly,
    page: |reader, refusal| Ok(latchkey_pages::refused(reader, refusal)),
};

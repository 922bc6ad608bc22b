//! Pages for people: what a link in an invitation leads to. They have no description, and refuse in
//! the chat contract's words what is no page.

use latchkey_common::server::{Contract, Paths, Root};

use crate::chat;

/// Where the page behind a registration link lies.
pub const REGISTER: &str = "/register";

/// Where somebody is who has made an account.
pub const WELCOME: &str = "/welcome";

/// The contract. Its forms sign people in, so strangers are guarded: a page of another site could make a visitor's
/// browser go on as somebody else unnoticed.
pub static CONTRACT: Contract = Contract {
    name: "pages",
    document: None,
    paths: Paths::Roots(&[Root::Below(REGISTER), Root::Only(WELCOME)]),
    guards_strangers: true,
    refuse: chat::CONTRACT.refuse,
};

//! Pages for people: what a link in an invitation leads to. They have no description, and refuse in
//! the chat contract's words what is no page.

use latchkey_common::server::{Contract, Paths, Root};

use crate::chat;

/// Where the page behind a registration link lies.
pub const REGISTER: &str = "/register";

/// The contract. A page sends no referrer, so browsers call its origin `null`, and over plain http
/// say nothing beside it. Nobody needs to be guarded from it: it signs nobody in, and the token in
/// its form is all that it acts on.
pub static CONTRACT: Contract = Contract {
    name: "pages",
    document: None,
    paths: Paths::Roots(&[Root::Below(REGISTER)]),
    guards_strangers: false,
    refuse: chat::CONTRACT.refuse,
};

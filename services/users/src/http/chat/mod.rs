//! The chat contract: what it shows of accounts and sessions; and credentials for the other contracts,
//! in its style.
//!
//! No password is part of what a call with a key is known by. A hash that is quick to make is quick to try for whoever
//! gets hold of the database, and a key beside it would lie on the same disk as often as not; where a password decides,
//! it is looked at again, against the Argon2id hash that is there anyway.

mod dto;
mod errors;
mod passwords;
mod service;
mod sessions;
mod tokens;
mod users;

use latchkey_common::server::{Sitemap, delete, get, post};
use latchkey_contracts::chat::CONTRACT;

use super::keys;

/// `POST /api/user/create` is served by invitations, which uses one up.
pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            ("/api/status", get(service::status)),
            (
                "/api/user/login",
                post(sessions::log_in).limited("login").small(),
            ),
            ("/api/user/logout", post(sessions::log_out)),
            ("/api/user/info", get(users::info)),
            ("/api/user/search", get(users::search).long()),
            ("/api/user/password", post(passwords::change).small()),
            ("/api/user/sessions", get(sessions::list)),
            ("/api/user/sessions/{id}", delete(sessions::end)),
            (
                "/api/user/tokens",
                get(tokens::list).long().post(tokens::create).small(),
            ),
            ("/api/user/tokens/{id}", delete(tokens::revoke)),
            ("/api/user/token", post(tokens::issue).small()),
            ("/.well-known/jwks.json", get(keys::jwks)),
        ],
    )
}

//! The namespace contract: translate in, one use case, translate out. Everything stands at the
//! document's path, and again under `/api`, where the real Go client looks; the addresses in an
//! answer lead to where the question came to.

mod collaborators;
mod dto;
mod errors;
mod input;
mod invites;
mod links;
mod tree;
mod user;

use latchkey_common::server::{Sitemap, delete, get, patch};
use latchkey_contracts::namespaces::CONTRACT;

/// Longer paths come first: a path of names swallows the rest.
pub(super) fn sitemap() -> Sitemap {
    let collaborator = "/n/{user}/{path:.+}/-/collaborators/{username}";
    let namespace = get(tree::show).patch(tree::edit).delete(tree::delete);
    Sitemap::of(
        &CONTRACT,
        [
            ("/user", get(user::show)),
            ("/invites", get(invites::list_mine).long()),
            ("/invites/{id}", patch(invites::accept).delete(invites::end)),
            ("/namespaces", get(tree::list).long().post(tree::create)),
            (
                "/n/{user}/{path:.+}/-/invites",
                get(invites::list).long().post(invites::create),
            ),
            (
                "/n/{user}/{path:.+}/-/collaborators",
                get(collaborators::list).long(),
            ),
            (collaborator, delete(collaborators::remove)),
            (
                "/n/{user}/{path:.+}/-/namespaces",
                get(tree::list_children).long(),
            ),
            ("/n/{user}/{path:.+}", namespace),
        ],
    )
    .again_below("/api")
}

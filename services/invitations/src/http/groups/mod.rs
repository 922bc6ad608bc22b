//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod dto;
mod errors;
mod invites;
mod members;
mod own;

use latchkey_common::server::{Sitemap, get, patch, post};
use latchkey_contracts::groups::CONTRACT;

pub(super) fn sitemap() -> Sitemap {
    let invite = get(invites::get).patch(invites::update);
    let group = get(own::get).patch(own::update).delete(own::delete);
    let member = patch(members::update).delete(members::delete);
    Sitemap::of(
        &CONTRACT,
        [
            ("/invite/", post(invites::create).get(invites::list).long()),
            ("/invite/{id}", invite.delete(invites::delete)),
            (
                "/invite/{sender}/group/{id}",
                get(invites::list_of_group).long(),
            ),
            (
                "/invite/{sender}/user/{id}",
                get(invites::list_of_user).long(),
            ),
            ("/group", post(own::create).get(own::list).long()),
            ("/group/open", get(own::list_open).long()),
            ("/group/{name}", group),
            ("/member/group/{id}", get(members::of_group).long()),
            ("/member/user/{id}", get(members::of_user).long()),
            ("/member/admin/{id}", get(members::of_admin).long()),
            ("/member/{id}", member),
        ],
    )
    .slash_or_none()
}

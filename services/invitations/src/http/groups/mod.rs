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
            ("/invite/", post(invites::create).get(invites::list)),
            ("/invite/{id}", invite.delete(invites::delete)),
            ("/invite/{sender}/group/{id}", get(invites::list_of_group)),
            ("/invite/{sender}/user/{id}", get(invites::list_of_user)),
            ("/group", post(own::create).get(own::list)),
            ("/group/open", get(own::list_open)),
            ("/group/{name}", group),
            ("/member/group/{id}", get(members::of_group)),
            ("/member/user/{id}", get(members::of_user)),
            ("/member/admin/{id}", get(members::of_admin)),
            ("/member/{id}", member),
        ],
    )
    .slash_or_none()
}

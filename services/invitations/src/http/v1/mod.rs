//! Our own contract: translate in, one use case, translate out.

mod about;
mod application_form;
mod applications;
mod blocks;
mod bounds;
mod decide_all;
mod edits;
mod errors;
mod events;
mod history;
mod inbox;
mod invitations;
mod join_requests;
mod landings;
mod membership_ids;
mod memberships;
mod offers;
mod problems;
mod redemption_form;
mod redemption_shapes;
mod redemptions;
mod request_errors;
mod request_shapes;
mod revoke_all;
mod secrets;
mod shapes;
mod tree;
mod wishes;

use latchkey_common::auth::Known;
use latchkey_common::server::{Sitemap, Told, delete, get, post};
use latchkey_contracts::v1::CONTRACT;
use latchkey_contracts::v1::ids::{self, Id};

/// The limits that calls count for, which their answers tell of.
const INVITING: &[Told] = &[Told::Caller("invitation")];
const ASKING: &[Told] = &[
    Told::Client("secret"),
    Told::Client("application"),
    Told::Caller("invitation"),
];
const LOOKING: &[Told] = &[Told::Client("secret")];
const COMING: &[Told] = &[Told::Client("secret"), Told::Client("sign_up")];

pub(super) fn sitemap() -> Sitemap {
    Sitemap::of(
        &CONTRACT,
        [
            ("/v1", get(about::show)),
            ("/v1/problems/{code}", get(problems::show)),
            (
                "/v1/invitations",
                get(invitations::list)
                    .long()
                    .post(invitations::create)
                    .telling(INVITING),
            ),
            ("/v1/invitations/revoke", post(revoke_all::revoke).long()),
            (
                "/v1/invitations/{inv}",
                get(invitations::show).patch(edits::edit),
            ),
            (
                "/v1/invitations/{inv}/renew",
                post(edits::renew).telling(INVITING),
            ),
            ("/v1/invitations/{inv}/revoke", post(invitations::revoke)),
            ("/v1/invitations/{inv}/accept", post(offers::accept)),
            ("/v1/invitations/{inv}/decline", post(offers::decline)),
            (
                "/v1/join-requests",
                get(join_requests::list)
                    .long()
                    .post(join_requests::create)
                    .limited("secret")
                    .telling(ASKING),
            ),
            (
                "/v1/join-requests/withdraw",
                post(applications::withdraw)
                    .limited("secret")
                    .telling(LOOKING)
                    .small(),
            ),
            (
                "/v1/join-request-lookups",
                post(applications::show)
                    .limited("secret")
                    .telling(LOOKING)
                    .small(),
            ),
            (
                "/v1/application-form",
                get(application_form::show).put(application_form::replace),
            ),
            ("/v1/join-requests/decide", post(decide_all::decide).long()),
            ("/v1/join-requests/{req}", get(join_requests::show)),
            (
                "/v1/join-requests/{req}/approve",
                post(join_requests::approve),
            ),
            (
                "/v1/join-requests/{req}/reject",
                post(join_requests::reject),
            ),
            (
                "/v1/join-requests/{req}/withdraw",
                post(join_requests::withdraw),
            ),
            ("/v1/me/inbox", get(inbox::list).long()),
            (
                "/v1/me/blocks",
                get(blocks::list).long().post(blocks::create),
            ),
            ("/v1/me/blocks/{acc}", delete(blocks::remove)),
            (
                "/v1/invitations/{inv}/redemptions",
                get(redemptions::list).long(),
            ),
            ("/v1/invitations/{inv}/history", get(history::list).long()),
            (
                "/v1/invitations/{inv}/secrets",
                get(secrets::list).long().post(secrets::create),
            ),
            (
                "/v1/invitations/{inv}/secrets/{sec}",
                delete(secrets::revoke),
            ),
            (
                "/v1/invitation-previews",
                post(redemptions::preview)
                    .limited("secret")
                    .telling(LOOKING)
                    .small(),
            ),
            (
                "/v1/redemptions",
                post(redemptions::create)
                    .limited("secret")
                    .telling(COMING)
                    .small(),
            ),
            ("/v1/redemptions/{red}", get(redemptions::show)),
            ("/v1/events", get(events::list).long()),
            ("/v1/memberships", get(memberships::list).long()),
            (
                "/v1/memberships/{mbr}",
                get(memberships::show)
                    .patch(memberships::edit)
                    .delete(memberships::remove),
            ),
            ("/v1/accounts/{acc}/inviters", get(tree::inviters).long()),
            ("/v1/accounts/{acc}/invited", get(tree::invited).long()),
        ],
    )
}

/// Where an invitation lies.
fn address(id: Id<ids::Invitation>) -> String {
    format!("/v1/invitations/{id}")
}

/// Where a request lies.
fn request_address(id: Id<ids::Request>) -> String {
    format!("/v1/join-requests/{id}")
}

/// Whose keys of calls these are.
fn account(known: &Known) -> Id<ids::Account> {
    Id::of(known.user.0)
}

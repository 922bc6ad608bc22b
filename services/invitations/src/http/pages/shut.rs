//! What a link leads to that lets nobody in: each state says why, and what to do next.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_contracts::pages::{CHANNELS, REGISTER};
use latchkey_pages::{Field, Visitor, Words, fill};
use maud::{Markup, html};

use super::way_in;
use crate::app::invitation::by_secret::Shut;
use crate::app::invitation::redeem::RedemptionError;

/// The page for whoever opened it, or filled in a form too late.
pub(super) fn page(visitor: &Visitor, secret: &Secret, error: RedemptionError) -> HttpResponse {
    let words = visitor.words();
    let gone = |title, text, next| say(visitor, StatusCode::GONE, [title, text, next]);
    match error {
        RedemptionError::Shut(Shut::NotFound) => unknown(visitor),
        RedemptionError::Shut(Shut::Expired) => {
            gone(words.expired_title, words.expired_text, words.expired_next)
        }
        RedemptionError::Shut(Shut::UsedUp) => {
            gone(words.used_title, words.used_text, words.used_next)
        }
        RedemptionError::Shut(Shut::Revoked) => gone(
            words.withdrawn_title,
            words.withdrawn_text,
            words.withdrawn_next,
        ),
        RedemptionError::Shut(Shut::Declined) => gone(
            words.declined_title,
            words.declined_text,
            words.declined_next,
        ),
        RedemptionError::InviterLostRight | RedemptionError::Shut(Shut::InviterLostRight) => gone(
            words.lost_right_title,
            words.lost_right_text,
            words.lost_right_next,
        ),
        RedemptionError::TargetClosed | RedemptionError::Shut(Shut::TargetClosed) => {
            gone(words.closed_title, words.closed_text, words.closed_next)
        }
        RedemptionError::Shut(Shut::OtherRecipient) => for_another(visitor, secret, ""),
        RedemptionError::SignInNeeded | RedemptionError::ByRequest => for_members(visitor, secret),
        RedemptionError::Fault(fault) | RedemptionError::Shut(Shut::Fault(fault)) => {
            visitor.trouble(&fault.into())
        }
        error @ (RedemptionError::Key(_)
        | RedemptionError::AccountNeeded
        | RedemptionError::AccountThere
        | RedemptionError::InvalidUsername
        | RedemptionError::InsecurePassword
        | RedemptionError::UsernameReserved
        | RedemptionError::CommonPassword
        | RedemptionError::NameAsPassword
        | RedemptionError::UsernameTaken
        | RedemptionError::AlreadyMember) => {
            visitor.trouble(&Fault::internal(error.to_string()).into())
        }
    }
}

/// Where an account is made, for an invitation that makes none.
fn for_members(visitor: &Visitor, secret: &Secret) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        h1 { (words.member_title) }
        p { (words.member_text) }
        (way_in::by_signing_in(visitor, secret))
    };
    visitor.page(StatusCode::CONFLICT, words.member_title, &body)
}

/// For whoever is in, by the link or by another way, as `text` says; `line`: what they read who have just come.
pub(super) fn already_in(visitor: &Visitor, text: &str, line: &Markup) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        h1 { (words.in_title) }
        (line)
        p { (text) }
        p { a href=(CHANNELS) { (visitor.language().landing().to_channels) } }
    };
    visitor.page(StatusCode::OK, words.in_title, &body)
}

/// For whoever came in by the link, and is in no more.
pub(super) fn out(visitor: &Visitor) -> HttpResponse {
    let words = visitor.words();
    let said = [words.out_title, words.out_text, words.out_next];
    say(visitor, StatusCode::GONE, said)
}

/// What is for one person, for nobody who is signed in: who that is, and what it gives, is theirs to read.
pub(super) fn for_one(visitor: &Visitor, secret: &Secret) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        h1 { (words.one_title) }
        p { (words.one_text) }
        (way_in::by_signing_in(visitor, secret))
    };
    visitor.page(StatusCode::OK, words.one_title, &body)
}

/// For whoever has what it gives: an account.
pub(super) fn account_there(visitor: &Visitor, secret: &Secret, username: &str) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        h1 { (words.have_title) }
        p { (fill(words.have_text, &[("name", username)])) }
        p { (words.have_next) }
        (way_in::by_another_account(visitor, secret))
    };
    visitor.page_with_form(StatusCode::CONFLICT, words.have_title, &body)
}

/// For somebody else than the one it is for, with so much of that one's name as is told.
pub(super) fn for_another(visitor: &Visitor, secret: &Secret, hint: &str) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        h1 { (words.other_title) }
        @if !hint.is_empty() { p { (fill(words.other_hint, &[("name", hint)])) } }
        p { (words.other_text) }
        (way_in::by_another_account(visitor, secret))
    };
    visitor.page_with_form(StatusCode::FORBIDDEN, words.other_title, &body)
}

fn say(visitor: &Visitor, status: StatusCode, [title, text, next]: [&str; 3]) -> HttpResponse {
    let body = html! { h1 { (title) } p { (text) } p { (next) } };
    visitor.page(status, title, &body)
}

fn unknown(visitor: &Visitor) -> HttpResponse {
    let words = visitor.words();
    let body = html! {
        h1 { (words.unknown_title) }
        p { (words.unknown_text) }
        p { (words.unknown_next) }
        (paste_form(words, true))
    };
    visitor.page(StatusCode::NOT_FOUND, words.unknown_title, &body)
}

/// Where somebody pastes a link who came without one.
pub(super) fn paste(visitor: &Visitor) -> HttpResponse {
    let words = visitor.words();
    let body = html! { h1 { (words.paste_title) } (paste_form(words, true)) };
    visitor.page(StatusCode::OK, words.paste_title, &body)
}

/// The field for a link. `is_first`: one types there at once.
pub(super) fn paste_form(words: &Words, is_first: bool) -> Markup {
    let link = Field {
        name: "t",
        label: words.paste_label,
        hint: words.paste_hint,
        fills: "off",
        is_first,
        ..Field::default()
    };
    html! {
        form method="get" action=(REGISTER) {
            (link.render())
            button { (words.paste_button) }
        }
    }
}

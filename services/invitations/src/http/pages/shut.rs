//! What a link leads to that lets nobody in: each state says why, and what to do next.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::REGISTER;
use latchkey_pages::{Field, Visitor, Words, fill};
use maud::{Markup, html};

use crate::app::invitation::by_secret::Shut;
use crate::app::invitation::redeem::RedemptionError;

/// The page for whoever opened it, or filled in a form too late.
pub(super) fn page(visitor: &Visitor, error: RedemptionError) -> HttpResponse {
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
        RedemptionError::Shut(Shut::OtherRecipient) => {
            let said = [words.other_title, words.other_text, words.other_next];
            say(visitor, StatusCode::FORBIDDEN, said)
        }
        RedemptionError::SignInNeeded | RedemptionError::ByRequest => for_members(visitor),
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
pub(super) fn for_members(visitor: &Visitor) -> HttpResponse {
    let words = visitor.words();
    let said = [words.member_title, words.member_text, words.member_next];
    say(visitor, StatusCode::CONFLICT, said)
}

/// For whoever came in by the link before.
pub(super) fn already_in(visitor: &Visitor) -> HttpResponse {
    let words = visitor.words();
    let said = [words.in_title, words.in_text, words.in_next];
    say(visitor, StatusCode::OK, said)
}

/// For whoever has what it gives: an account.
pub(super) fn account_there(visitor: &Visitor, username: &str) -> HttpResponse {
    let words = visitor.words();
    let text = fill(words.have_text, &[("name", username)]);
    let said = [words.have_title, text.as_str(), words.have_next];
    say(visitor, StatusCode::CONFLICT, said)
}

/// For somebody else than the one it is for, with so much of that one's name.
pub(super) fn for_another(visitor: &Visitor, hint: &str) -> HttpResponse {
    let words = visitor.words();
    let text = fill(words.other_hint, &[("name", hint)]);
    let body = html! {
        h1 { (words.other_title) }
        p { (text) }
        p { (words.other_text) }
        p { (words.other_next) }
    };
    visitor.page(StatusCode::FORBIDDEN, words.other_title, &body)
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

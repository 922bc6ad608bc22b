//! The ways in from a page behind a link: by an account that is made there, by signing in, by saying yes, and by asking.

use latchkey_common::auth::Caller;
use latchkey_common::secret::Secret;
use latchkey_contracts::pages::{LANDING, LOGOUT};
use latchkey_pages::{Field, Visitor, fill, form_key, hidden, sign_in_then};
use maud::{Markup, html};

use super::form::Typed;
use crate::app::invitation::preview::Preview;
use crate::domain::join_request::MAX_MESSAGE;

/// Where the page of a link lies.
pub(super) fn place(secret: &Secret) -> String {
    format!("{LANDING}/{}", secret.expose())
}

/// Somebody new makes an account. Where the link gives more than that, somebody who has one comes in too.
pub(super) fn by_account(visitor: &Visitor, secret: &Secret, gives_more: bool) -> Markup {
    let words = visitor.language().landing();
    html! {
        h2 { (visitor.words().register_title) }
        (Typed::nothing(secret).form(visitor))
        @if gives_more {
            p { (words.have_account) " " a href=(sign_in_then(&place(secret))) { (words.sign_in) } }
        }
    }
}

/// Somebody with an account signs in, and comes back.
pub(super) fn by_signing_in(visitor: &Visitor, secret: &Secret) -> Markup {
    let words = visitor.language().landing();
    html! {
        div.note {
            p { (words.members) }
            p { a href=(sign_in_then(&place(secret))) { (words.sign_in) } }
        }
    }
}

/// Somebody says yes; or no, where the invitation is for them alone.
pub(super) fn by_saying_yes(
    visitor: &Visitor,
    secret: &Secret,
    caller: &Caller,
    preview: &Preview,
) -> Markup {
    let is_theirs = preview.opened.shown.invitation.recipient_id == Some(caller.user);
    html! {
        p { (fill(visitor.words().home_signed_in, &[("name", &caller.username)])) }
        form.choices method="post" action=(visitor.action(&place(secret))) {
            (form_key())
            button { (visitor.words().accept) }
            @if is_theirs {
                button.second name="do" value="decline" { (visitor.language().landing().decline) }
            }
        }
    }
}

/// Somebody asks, because the link lets nobody in by itself. `typed`: what stands there already, and what is wrong with it.
pub(super) fn by_asking(
    visitor: &Visitor,
    secret: &Secret,
    (typed, wrong): (&str, Option<&str>),
) -> Markup {
    let words = visitor.language().landing();
    let message = Field {
        name: "message",
        label: words.message,
        hint: words.message_hint,
        value: typed,
        error: wrong,
        length: u32::try_from(MAX_MESSAGE).ok().map(|most| (0, most)),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    html! {
        p { (words.asks) }
        form method="post" action=(visitor.action(&place(secret))) {
            (form_key())
            (message.render())
            button name="do" value="ask" { (words.ask) }
        }
    }
}

/// Signs out, signs in with another account, and comes back.
pub(super) fn by_another_account(visitor: &Visitor, secret: &Secret) -> Markup {
    let words = visitor.language().landing();
    html! {
        form method="post" action=(visitor.action(LOGOUT)) {
            (hidden("next", &sign_in_then(&place(secret))))
            button.second { (words.switch) }
        }
        p.hint { (words.switch_hint) }
    }
}

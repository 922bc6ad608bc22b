//! Tokens of programs that act for somebody.

use latchkey_contracts::pages::{DOCS, SETTINGS};
use latchkey_contracts::v1::scopes::WORDS;
use latchkey_pages::{Field, Visitor, checkbox, hidden, moment};
use maud::{Markup, html};

use super::Wrong;
use crate::domain::api_token::ApiToken;

pub(super) fn tokens(visitor: &Visitor, owned: &[ApiToken], wrong: &Wrong) -> Markup {
    let words = visitor.language().settings();
    html! {
        h2 { (words.tokens) }
        p { a href=(DOCS) { (visitor.language().docs().title) } }
        @if owned.is_empty() { p { (words.tokens_none) } }
        @for one in owned {
            @let name = one.name.as_str();
            @let scopes: Vec<&str> = one.scopes.words().collect();
            form.row method="post" action=(visitor.action(SETTINGS)) {
                (hidden("id", &one.id.0.to_string()))
                p {
                    strong { (name) } br;
                    span.quiet {
                        (words.token_may) ": " (scopes.join(", "))
                        @if let Some(end) = one.expires_at { " · " (words.token_until) " " (moment(end)) }
                    }
                }
                button.bad name="do" value="revoke" aria-label=(format!("{}: {name}", words.revoke)) {
                    (words.revoke)
                }
            }
        }
        (making(visitor, wrong))
    }
}

fn making(visitor: &Visitor, wrong: &Wrong) -> Markup {
    let words = visitor.language().settings();
    let is_open = wrong.name.or(wrong.scopes).or(wrong.confirm).is_some();
    let name = Field {
        name: "name",
        label: words.token_name,
        hint: words.token_name_hint,
        value: &wrong.typed,
        error: wrong.name,
        fills: "off",
        length: Some((1, 64)),
        ..Field::default()
    };
    let confirm = Field {
        name: "confirm",
        label: words.confirm,
        error: wrong.confirm,
        fills: "current-password",
        is_password: true,
        ..Field::default()
    };
    html! {
        details open[is_open] {
            summary { (words.make_token) }
            form method="post" action=(visitor.action(SETTINGS)) {
                (name.render())
                fieldset {
                    legend { (words.scopes) }
                    @if let Some(said) = wrong.scopes { p.error { (said) } }
                    @for word in WORDS { (checkbox("scope", word, word, false)) }
                }
                (confirm.render())
                button name="do" value="token" { (words.make_token) }
            }
        }
    }
}

//! The form that changes the password.

use latchkey_contracts::pages::SETTINGS;
use latchkey_pages::{Field, Visitor};
use maud::{Markup, html};

use super::Wrong;

pub(super) fn password(visitor: &Visitor, wrong: &Wrong) -> Markup {
    let words = visitor.language().settings();
    let old = Field {
        name: "old",
        label: words.old,
        error: wrong.old,
        fills: "current-password",
        is_password: true,
        ..Field::default()
    };
    let new = Field {
        name: "new",
        label: words.new,
        hint: words.new_hint,
        error: wrong.new,
        fills: "new-password",
        length: Some((8, 256)),
        is_password: true,
        ..Field::default()
    };
    html! {
        h2 { (words.password) }
        form method="post" action=(visitor.action(SETTINGS)) {
            (old.render())
            (new.render())
            button name="do" value="password" { (words.change) }
        }
    }
}

//! Where somebody is signed in.

use latchkey_common::auth::Caller;
use latchkey_contracts::pages::SETTINGS;
use latchkey_pages::{Visitor, hidden, moment};
use maud::{Markup, html};

use crate::domain::session::Session;

pub(super) fn sessions(visitor: &Visitor, caller: &Caller, live: &[Session]) -> Markup {
    let words = visitor.language().settings();
    html! {
        h2 { (words.sessions) }
        @for one in live {
            @let name = one.user_agent.as_deref().unwrap_or(words.unnamed);
            form.row method="post" action=(visitor.action(SETTINGS)) {
                (hidden("id", &one.id.0.to_string()))
                p {
                    (name) br;
                    span.quiet { (words.last_used) " " (moment(one.last_used_at)) }
                }
                @if one.id == caller.session { p.quiet { (words.this_one) } }
                @else {
                    button.second name="do" value="end" aria-label=(format!("{}: {name}", words.end)) {
                        (words.end)
                    }
                }
            }
        }
        @if live.len() > 1 {
            form method="post" action=(visitor.action(SETTINGS)) {
                button.bad name="do" value="end-others" { (words.end_others) }
            }
        }
    }
}

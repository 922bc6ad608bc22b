//! Who came by an invitation, and what happened to it.

use latchkey_common::clock::Millis;
use latchkey_pages::words::made::Made;
use latchkey_pages::{fill, moment};
use maud::{Markup, html};

use super::state;
use crate::app::invitation::history::{Happened, What};
use crate::app::invitation::mine::Whole;
use crate::domain::invitation::{SecretId, UseState};

/// Who came, and by which link.
pub(super) fn came(words: &Made, whole: &Whole) -> Markup {
    let people = whole.roster.iter().map(|one| &one.used);
    let people: Vec<_> = people
        .filter(|used| used.state != UseState::Released)
        .collect();
    html! {
        h2 { (words.who) }
        @if people.is_empty() { p { (words.who_none) } }
        @else {
            ul {
                @for used in people {
                    li {
                        (used.username) " · " (moment(used.settled_at.unwrap_or(used.reserved_at)))
                        @if used.state == UseState::Reserved { " · " (words.on_the_way) }
                        @if let Some(number) = number(whole, used.secret_id) {
                            " · " (fill(words.by_link, &[("number", &number)]))
                        }
                    }
                }
            }
        }
    }
}

/// The place of a secret among the invitation's; nothing where there is one alone.
fn number(whole: &Whole, secret: Option<SecretId>) -> Option<String> {
    let at = whole
        .secrets
        .iter()
        .position(|one| Some(one.id) == secret)?;
    (whole.secrets.len() > 1).then(|| (at + 1).to_string())
}

/// What happened, newest first.
pub(super) fn story(words: &Made, whole: &Whole, now: Millis) -> Markup {
    html! {
        h2 { (words.story) }
        ul {
            @for line in &whole.history {
                li { (moment(line.at)) ": " (told(words, whole, line, now)) }
            }
        }
    }
}

fn told(words: &Made, whole: &Whole, line: &Happened, now: Millis) -> String {
    let name = line.username.as_deref().unwrap_or(words.somebody);
    let named = |sentence: &str| fill(sentence, &[("name", name)]);
    match line.what {
        What::Created => words.made_by.to_owned(),
        What::SecretMade(_) => words.link_made.to_owned(),
        What::SecretRevoked(_) => words.link_taken.to_owned(),
        What::Reserved(_) => named(words.reserved),
        What::Settled(_) => named(words.settled),
        What::Released(_) => named(words.released),
        What::Dropped(..) => named(words.dropped),
        What::Ended(..) => {
            let state = state(words, &whole.named.shown.invitation, now);
            fill(words.did_end, &[("state", state)])
        }
    }
}

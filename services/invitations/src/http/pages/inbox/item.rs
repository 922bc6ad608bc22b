//! One thing that waits, and its buttons.

use latchkey_contracts::pages::{INBOX, REQUESTS};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::{Visitor, fill, form_key, hidden, moment};
use maud::{Markup, html};

use super::act::Verb;
use crate::app::inbox::list::{Action, Item};
use crate::domain::grant::Grant;
use crate::domain::invitation::Invitation;
use crate::domain::kind::{Direction, Kind};
use crate::http::pages::landing::{may, stay};

/// Whether it is what one has asked for oneself: it waits for others.
pub(super) fn is_own(item: &Item) -> bool {
    item.actions.contains(&Action::Withdraw)
}

/// How it is named in its form.
fn name(item: &Item) -> String {
    let row = &item.invitation;
    match row.direction {
        Direction::Offer => Id::<ids::Invitation>::of(row.id.0).to_string(),
        Direction::Request => Id::<ids::Request>::of(row.id.0).to_string(),
    }
}

/// It.
pub(super) fn item(visitor: &Visitor, item: &Item) -> Markup {
    let words = visitor.language().inbox();
    let row = &item.invitation;
    let title = title(visitor, item);
    let may = Grant::of(row).map_or_else(Vec::new, |grant| may(visitor.words(), grant));
    let person = item.person.as_ref().map(|one| one.username.as_str());
    html! {
        article {
            h3 { (title) }
            @if let Some(message) = &item.message { blockquote { (message) } }
            @if row.direction == Direction::Offer && !may.is_empty() {
                p.quiet { (visitor.words().you_may) ": " (may.join(", ")) }
            }
            @for stay in item.grants.iter().filter_map(|one| stay(visitor, one)) { p.quiet { (stay) } }
            p.quiet {
                (words.since) " " (moment(row.created_at))
                @if let Some(end) = row.expires_at {
                    " · " (visitor.words().good_until) " " (moment(end))
                }
            }
            @if item.applicant.is_some() {
                p { a href=(format!("{REQUESTS}?site=1")) { (visitor.language().apply().read) } }
            }
            @if item.actions == [Action::Reject] { p.quiet { (words.only_reject) } }
            form.choices method="post" action=(visitor.action(INBOX)) {
                (form_key())
                (hidden("id", &name(item)))
                @for verb in verbs(item) {
                    button.(verb.look()) name="do" value=(verb.word())
                        aria-label=(format!("{}: {title}", verb.label(words))) { (verb.label(words)) }
                }
            }
            @if let (Some(person), true) = (person, row.direction == Direction::Offer) {
                p.hint { (fill(words.block_hint, &[("name", person)])) }
            }
        }
    }
}

/// Nobody blocks whoever runs the place.
fn verbs(item: &Item) -> Vec<Verb> {
    let mut verbs = Vec::new();
    for action in &item.actions {
        verbs.push(match action {
            Action::Accept => Verb::Accept,
            Action::Decline => Verb::Decline,
            Action::Approve => Verb::Approve,
            Action::Reject => Verb::Reject,
            Action::Withdraw => Verb::Withdraw,
        });
    }
    if item.actions.contains(&Action::Decline) && item.person.is_some() {
        verbs.push(Verb::Block);
    }
    verbs
}

fn title(visitor: &Visitor, item: &Item) -> String {
    if let Some(name) = &item.applicant {
        return fill(visitor.language().apply().asks, &[("name", name)]);
    }
    let person = item.person.as_ref().map(|one| one.username.as_str());
    named(
        visitor,
        &item.invitation,
        is_own(item),
        person,
        &item.target,
    )
}

/// What it is: who offers or asks what.
pub(super) fn named(
    visitor: &Visitor,
    row: &Invitation,
    is_own: bool,
    person: Option<&str>,
    target: &str,
) -> String {
    let words = visitor.language().inbox();
    let sentences = if is_own {
        [words.own_channel, words.own_group, words.own_namespace]
    } else if row.direction == Direction::Request {
        [words.ask_channel, words.ask_group, words.ask_namespace]
    } else {
        [
            words.offer_channel,
            words.offer_group,
            words.offer_namespace,
        ]
    };
    let [channel, group, namespace] = sentences;
    let sentence = match row.kind {
        Kind::Group => group,
        Kind::Namespace => namespace,
        // There are no other kinds for one person.
        Kind::Channel | Kind::Registration | Kind::Choir => channel,
    };
    let nobody = if row.direction == Direction::Offer && row.issuer_id.is_none() {
        words.operator
    } else {
        words.somebody
    };
    let person = person.unwrap_or(nobody);
    fill(sentence, &[("name", person), ("target", target)])
}

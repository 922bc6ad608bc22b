//! A message, wherever one stands: in the page, in the answer to a form, on the stream.

use latchkey_common::clock::Millis;
use latchkey_pages::fill;
use latchkey_pages::words::channels::Channels;
use maud::{Markup, html};

use crate::domain::message::{Message, MessageType, Said};

/// The message. Whatever people wrote is text.
pub(super) fn message(words: &Channels, message: &Message) -> Markup {
    let Said {
        user,
        username,
        kind,
        content,
    } = &message.said;
    let content = content.as_deref().unwrap_or_default();
    html! {
        article.message id=(format!("m{}", message.id)) data-id=(message.id) data-by=(user) {
            p.by { strong dir="auto" { (username) } " " (time(message.created_at)) }
            @match kind {
                MessageType::Text => p.said dir="auto" { (content) },
                MessageType::ChannelCreate => p.quiet { (words.was_made) },
                MessageType::ChannelRename => p.quiet { (fill(words.was_renamed, &[("name", content)])) },
            }
        }
    }
}

/// When: to the minute, the whole of it where one points.
fn time(at: Millis) -> Markup {
    let at = at.rfc3339();
    let (day, minute) = (part(&at, 0, 10), part(&at, 11, 16));
    html! {
        time datetime=(at) title=(format!("{day} {minute} UTC")) { (minute) " UTC" }
    }
}

/// The day that a message is of, in UTC.
pub(super) fn day(message: &Message) -> String {
    part(&message.created_at.rfc3339(), 0, 10).to_owned()
}

fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

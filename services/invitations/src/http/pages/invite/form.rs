//! The form, with what was typed and chosen.

use latchkey_contracts::pages::{CHANNELS, INVITE};
use latchkey_pages::words::invite::Invite;
use latchkey_pages::{Field, Typed, Visitor, checkbox, fill, form_key, select, trouble};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};
use maud::{Markup, html};

use super::sent::{MOST_LABEL, MOST_MESSAGE, Wrong};
use crate::app::invitation::offerable::Offerable;

/// The page. `most`: for how many people a link may be good.
pub(super) fn page(
    visitor: &Visitor,
    offerable: &Offerable,
    typed: &Typed,
    wrong: &Wrong,
    most: i64,
) -> Markup {
    let words = visitor.language().invite();
    let was_sent = !typed.value("key").is_empty();
    html! {
        h1 { (words.title) }
        @if offerable.is_empty() {
            p { (words.nothing) }
            p { a href=(CHANNELS) { (words.to_channels) } }
        } @else {
            @if was_sent { (trouble(words.wrong)) }
            form method="post" action=(visitor.action(INVITE)) {
                (form_key())
                (gives(visitor, offerable, typed, wrong, was_sent))
                (whom(words, typed, wrong, most))
                button { (words.make) }
            }
        }
    }
}

/// Most who are invited have no account here: one is chosen until somebody chooses otherwise.
fn gives(
    visitor: &Visitor,
    offerable: &Offerable,
    typed: &Typed,
    wrong: &Wrong,
    was_sent: bool,
) -> Markup {
    let words = visitor.language().invite();
    let called = |sentence: &str, target: &str| fill(sentence, &[("target", target)]);
    html! {
        fieldset {
            legend { (words.gives) }
            @if let Some(said) = wrong.gives { p.error { (said) } }
            @if offerable.accounts {
                @let is_on = !was_sent || typed.has("account", "1");
                (checkbox("account", "1", words.account, is_on))
            }
            @for (id, name, may) in &offerable.channels {
                @let value = id.0.to_string();
                @let is_on = typed.has("channel", &value);
                (checkbox("channel", &value, &called(words.channel, name), is_on))
                (permissions(visitor, *id, *may, typed, is_on))
            }
            @for (id, name) in &offerable.groups {
                @let value = id.0.to_string();
                (checkbox("group", &value, &called(words.group, name), typed.has("group", &value)))
                div.within {
                    (checkbox("admin", &value, &called(words.as_admin, name), typed.has("admin", &value)))
                }
            }
            @for (id, path) in &offerable.namespaces {
                @let value = id.0.to_string();
                @let is_on = typed.has("namespace", &value);
                (checkbox("namespace", &value, &called(words.namespace, path), is_on))
            }
        }
    }
}

/// To write is what most people are invited for: it is chosen until somebody chooses otherwise.
fn permissions(
    visitor: &Visitor,
    channel: ChannelId,
    may: Permissions,
    typed: &Typed,
    is_on: bool,
) -> Markup {
    let words = visitor.words();
    let was_sent = !typed.value("key").is_empty();
    let all = [
        (Permission::Write, words.may_write),
        (Permission::Invite, words.may_invite),
        (Permission::Rename, words.may_rename),
        (Permission::RemoveUsers, words.may_remove),
    ];
    html! {
        details.within open[is_on] {
            summary { (visitor.language().invite().may) }
            @for (one, name) in all.into_iter().filter(|(one, _)| may.contains(*one)) {
                @let value = format!("{}:{}", channel.0, one.as_str());
                @let is_usual = !(was_sent && is_on) && one == Permission::Write;
                (checkbox("may", &value, name, is_usual || typed.has("may", &value)))
            }
        }
    }
}

fn whom(words: &Invite, typed: &Typed, wrong: &Wrong, most: i64) -> Markup {
    let most = most.to_string();
    let hint = fill(words.uses_hint, &[("most", &most)]);
    let uses = match typed.value("uses") {
        "" => "1",
        typed => typed,
    };
    let ends = [
        ("day", words.end_day),
        ("week", words.end_week),
        ("month", words.end_month),
        ("never", words.end_never),
    ];
    let end = match typed.value("end") {
        "" => "week",
        chosen => chosen,
    };
    let recipient = Field {
        name: "recipient",
        label: words.recipient,
        hint: words.recipient_hint,
        value: typed.value("recipient"),
        error: wrong.recipient,
        fills: "off",
        length: Some((0, 254)),
        is_optional: true,
        ..Field::default()
    };
    let uses = Field {
        name: "uses",
        label: words.uses,
        hint: &hint,
        value: uses,
        error: wrong.uses.as_deref(),
        fills: "off",
        length: Some((1, 20)),
        keys: "numeric",
        ..Field::default()
    };
    let message = Field {
        name: "message",
        label: words.message,
        hint: words.message_hint,
        value: typed.value("message"),
        error: wrong.message,
        length: Some((0, MOST_MESSAGE)),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    let label = Field {
        name: "label",
        label: words.label,
        hint: words.label_hint,
        value: typed.value("label"),
        error: wrong.label,
        fills: "off",
        length: u32::try_from(MOST_LABEL).ok().map(|most| (0, most)),
        is_optional: true,
        ..Field::default()
    };
    html! {
        fieldset {
            legend { (words.whom) }
            (recipient.render())
            (uses.render())
            (select("end", words.end, &ends, end, wrong.end))
            (message.render())
            (label.render())
            @if let Some(said) = wrong.asks { p.error { (said) } }
            (checkbox("asks", "1", words.asks, typed.has("asks", "1")))
        }
    }
}

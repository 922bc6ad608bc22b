//! What the owner of a namespace finds on its page beside what everybody does.

use latchkey_contracts::pages::INVITE;
use latchkey_pages::{form_key, moment};
use maud::{Markup, html};

use super::make::{sight, text};
use super::view::View;
use crate::domain::invitation::InvitationId;
use crate::http::pages::joined::invite_form;

impl View<'_> {
    pub(super) fn people(&self) -> Markup {
        let words = self.words();
        html! {
            h2 { (words.people) }
            @if self.found.collaborators.is_empty() { p { (words.people_none) } }
            ul.rows {
                @for (one, name) in &self.found.collaborators {
                    @let name = name.as_deref().unwrap_or(words.somebody);
                    li {
                        div {
                            strong dir="auto" { (name) }
                            p.quiet { (words.since) " " (moment(one.created_at)) }
                        }
                        (self.press(one.user_id.0, "remove", "bad", words.remove, name))
                    }
                }
            }
        }
    }

    /// What waits: requests for the owner's word, invitations for somebody's.
    pub(super) fn waiting(&self) -> Markup {
        let words = self.words();
        let name =
            |name: &Option<String>| name.clone().unwrap_or_else(|| words.somebody.to_owned());
        html! {
            @if !self.found.asking.is_empty() {
                h2 { (words.asking) }
                @for (one, who) in &self.found.asking {
                    @let (InvitationId(id), name) = (one.invitation.id, name(who));
                    article {
                        h3 dir="auto" { (name) }
                        @if let Some(message) = &one.message { blockquote { (message) } }
                        p.quiet { (moment(one.invitation.created_at)) }
                        div.choices {
                            (self.press(id, "approve", "first", words.approve, &name))
                            (self.press(id, "reject", "second", words.reject, &name))
                        }
                    }
                }
            }
            @if !self.found.invited.is_empty() {
                h2 { (words.invited) }
                @for (row, who) in &self.found.invited {
                    @let name = name(who);
                    article {
                        h3 dir="auto" { (name) }
                        p.quiet { (moment(row.created_at)) }
                        (self.press(row.id.0, "take-back", "second", words.take_back, &name))
                    }
                }
            }
        }
    }

    pub(super) fn inviting(&self) -> Markup {
        let words = self.words();
        let said = [words.invite_handle, words.invite_button];
        let link = format!("{INVITE}?namespace={}", self.found.namespace.id.0);
        html! {
            h2 { (words.invite) }
            (invite_form(&self.action(), self.said, 254, said))
            p { a href=(link) { (words.invite_link) } }
        }
    }

    pub(super) fn editing(&self) -> Markup {
        let (words, namespace) = (self.words(), &self.found.namespace);
        let sent = self.said.edit.as_ref();
        let typed = |name| self.said.typed(name).filter(|_| sent.is_some());
        let about = typed("about").unwrap_or(&namespace.description);
        let seen = typed("seen").unwrap_or(namespace.visibility.as_str());
        html! {
            details open[sent.is_some()] {
                summary { (words.edit) }
                form method="post" action=(self.action()) {
                    (form_key())
                    (text(words, about, sent.and_then(|wrong| wrong.about)))
                    @if namespace.parent_id.is_none() {
                        (sight(words, seen, sent.and_then(|wrong| wrong.seen)))
                    }
                    button name="do" value="edit" { (words.save) }
                }
                form method="post" action=(self.action()) {
                    button.bad name="do" value="delete" { (words.delete) }
                    p.hint { (words.delete_hint) }
                }
            }
        }
    }
}

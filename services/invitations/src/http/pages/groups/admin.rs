//! What a group's admins find on its page beside what everybody does.

use latchkey_contracts::pages::INVITE;
use latchkey_pages::{form_key, moment};
use maud::{Markup, html};

use super::view::View;
use super::{Wrong, described};
use crate::app::group::page::Named;
use crate::domain::join_request::JoinRequest;
use crate::domain::kind::Direction;
use crate::http::pages::joined::invite_form;

impl View<'_> {
    /// What waits: requests for an admin's word, offers for somebody's.
    pub(super) fn waiting(&self) -> Markup {
        let words = self.words();
        let of = |direction| {
            let open = self.group.open.iter();
            open.filter(move |(one, _)| one.invitation.direction == direction)
        };
        html! {
            @if of(Direction::Request).next().is_some() {
                h2 { (words.asking) }
                @for one in of(Direction::Request) {
                    @let (name, uuid) = (self.name(one), one.0.words.uuid.as_str());
                    article {
                        (self.about(one))
                        // Whoever asks and is an admin by now decides nothing of their own.
                        @if one.0.invitation.recipient_id != Some(self.member.caller.user) {
                            div.choices {
                                (self.press(("request", uuid), "approve", "first", words.approve, name))
                                (self.press(("request", uuid), "reject", "second", words.reject, name))
                            }
                        }
                    }
                }
            }
            @if of(Direction::Offer).next().is_some() {
                h2 { (words.invited) }
                @for one in of(Direction::Offer) {
                    @let uuid = one.0.words.uuid.as_str();
                    article {
                        (self.about(one))
                        (self.press(("request", uuid), "take-back", "second", words.take_back, self.name(one)))
                    }
                }
            }
        }
    }

    pub(super) fn name<'a>(&self, one: &'a Named<JoinRequest>) -> &'a str {
        one.1.as_deref().unwrap_or(self.words().somebody)
    }

    pub(super) fn about(&self, one: &Named<JoinRequest>) -> Markup {
        html! {
            h3 dir="auto" { (self.name(one)) }
            @if let Some(message) = &one.0.words.message { blockquote { (message) } }
            p.quiet { (moment(one.0.invitation.created_at)) }
        }
    }

    pub(super) fn inviting(&self) -> Markup {
        let words = self.words();
        let said = [words.invite_name, words.invite_button];
        let link = format!("{INVITE}?group={}", self.group.group.id.0);
        html! {
            h2 { (words.invite) }
            (invite_form(&self.action(), self.said, 100, said))
            p { a href=(link) { (words.invite_link) } }
        }
    }

    pub(super) fn editing(&self) -> Markup {
        let (words, group) = (self.words(), &self.group.group);
        let none = Wrong::default();
        let sent = self.said.edit.as_ref();
        let typed = self.said.typed.filter(|_| sent.is_some());
        let now = (
            typed.map_or(group.name.as_str(), |typed| typed.value("name")),
            typed.map_or(group.description.as_deref().unwrap_or_default(), |typed| {
                typed.value("about")
            }),
            typed.map_or(group.accepting_new_members, |typed| {
                typed.has("accepts", "1")
            }),
        );
        html! {
            details open[sent.is_some()] {
                summary { (words.edit) }
                form method="post" action=(self.action()) {
                    (form_key())
                    (described(words, now, sent.unwrap_or(&none)))
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

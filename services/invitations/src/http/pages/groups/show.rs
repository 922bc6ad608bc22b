//! `/groups/{id}`: who is in a group, what waits there for a decision, and what one may do about it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_contracts::pages::GROUPS;
use latchkey_pages::words::groups::Groups;
use latchkey_pages::{Member, Visitor, hidden, note, trouble};
use maud::{Markup, html};
use serde::Deserialize;

use super::view::{Said, View};
use crate::app::App;
use crate::app::group::page::{Named, show_group};
use crate::domain::group::{Membership, Role};
use crate::domain::kind::Direction;
use crate::http::pages::joined::ask_form;

/// Members on one page.
const SIZE: i64 = 50;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
    #[serde(default)]
    done: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    id: web::Path<String>,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Opened { after, done } = query.map(web::Query::into_inner).unwrap_or_default();
    let said = Said {
        done: sentence(&done, member.visitor.language().groups()),
        ..Said::default()
    };
    page(&app, &member, &id, after, said).await
}

fn sentence(word: &str, words: &Groups) -> Option<&'static str> {
    Some(match word {
        "made" => words.done_made,
        "asked" => words.done_asked,
        "invited" => words.done_invited,
        "in" => words.done_in,
        "joined" => words.done_joined,
        "no" => words.done_no,
        "back" => words.done_back,
        "saved" => words.done_saved,
        "removed" => words.done_removed,
        _ => return None,
    })
}

pub(super) fn unknown(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().groups();
    let body = html! {
        h1 { (words.unknown) }
        p { (words.unknown_text) }
        p { a href=(GROUPS) { (words.back) } }
    };
    visitor.page_with_script(StatusCode::NOT_FOUND, words.unknown, &body)
}

/// The page, with what is said of what somebody wanted to do.
pub(super) async fn page(
    app: &App,
    member: &Member,
    id: &str,
    after: Option<i64>,
    said: Said<'_>,
) -> HttpResponse {
    let (visitor, me) = (&member.visitor, member.caller.user);
    match show_group(app, me, id.to_owned(), (after, SIZE)).await {
        Ok(Some(group)) => {
            let status = said.status.unwrap_or(StatusCode::OK);
            let body = View {
                member,
                group: &group,
                said: &said,
            }
            .body();
            visitor.page_with_script(status, &group.group.name, &body)
        }
        Ok(None) => unknown(visitor),
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

impl View<'_> {
    fn body(&self) -> Markup {
        let (words, group) = (self.words(), &self.group.group);
        let text = group
            .description
            .as_deref()
            .filter(|text| !text.trim().is_empty());
        html! {
            h1 dir="auto" { (group.name) }
            p.ways { a href=(GROUPS) { (words.back) } }
            @if let Some(said) = self.said.above { (trouble(said)) }
            @if let Some(said) = self.said.done { (note(&html! { p { (said) } })) }
            @if let Some(text) = text { blockquote dir="auto" { (text) } }
            @if self.group.mine.is_none() { (self.way_in()) }
            (self.members())
            @if self.is_admin() { (self.waiting()) (self.inviting()) (self.editing()) }
            @if let Some(mine) = &self.group.mine { (self.leaving(mine)) }
        }
    }

    /// What somebody outside has asked or was offered, or may ask.
    fn way_in(&self) -> Markup {
        let words = self.words();
        let me = self.member.caller.user;
        let mut open = self.group.open.iter().map(|(one, _)| one);
        let mine = open.find(|one| one.invitation.recipient_id == Some(me));
        html! {
            @match mine {
                Some(one) if one.invitation.direction == Direction::Offer => {
                    p { (words.you_are_invited) }
                    @if let Some(message) = &one.words.message { blockquote { (message) } }
                    div.choices {
                        (self.press(("request", &one.words.uuid), "accept", "first", words.accept, ""))
                        (self.press(("request", &one.words.uuid), "decline", "second", words.decline, ""))
                    }
                }
                Some(one) => {
                    p { (words.you_asked) }
                    (self.press(("request", &one.words.uuid), "take-back", "second", words.withdraw, ""))
                }
                None if !self.group.group.accepting_new_members => p { (words.is_closed) },
                None => (self.asking()),
            }
        }
    }

    fn asking(&self) -> Markup {
        let words = self.words();
        let said = [
            words.ask_text,
            words.ask_message,
            words.about_hint,
            words.ask,
        ];
        ask_form(&self.action(), self.said, said)
    }

    fn members(&self) -> Markup {
        let words = self.words();
        let place = format!("{GROUPS}/{}", self.group.group.uuid);
        html! {
            h2 { (words.members) }
            ul.rows { @for one in &self.group.members.items { li { (self.row(one)) } } }
            @if let Some(after) = self.group.members.next {
                p { a href=(format!("{place}?after={after}")) { (words.more) } }
            }
        }
    }

    fn row(&self, (member, name): &Named<Membership>) -> Markup {
        let words = self.words();
        let name = name.as_deref().unwrap_or(words.somebody);
        let is_me = member.user_id == self.member.caller.user;
        let (verb, label) = match member.role {
            Role::Admin => ("member", words.make_member),
            Role::Member => ("admin", words.make_admin),
        };
        html! {
            div {
                strong dir="auto" { (name) }
                @if member.role == Role::Admin { " " span.count { (words.admin) } }
                @if is_me { " " span.count { (words.you) } }
                @if member.is_creator { " " span.quiet { (words.made_it) } }
            }
            @if self.is_admin() && !is_me {
                div.choices {
                    (self.press(("member", &member.uuid), verb, "second", label, name))
                    (self.press(("member", &member.uuid), "remove", "bad", words.remove, name))
                }
            }
        }
    }

    fn leaving(&self, mine: &Membership) -> Markup {
        let words = self.words();
        html! {
            form method="post" action=(self.action()) {
                (hidden("member", &mine.uuid))
                button.bad name="do" value="leave" { (words.leave) }
                p.hint { (words.leave_hint) }
            }
        }
    }
}

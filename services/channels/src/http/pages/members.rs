//! `/c/{id}/members`: who is in a channel and what they may do, and what one can do about oneself and others.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use latchkey_common::page::{Page, Paged};
use latchkey_contracts::pages::REQUESTS;
use latchkey_pages::{Visitor, fill, form_key, hidden};
use latchkey_peers::channels::{ChannelId, Membership, Permission, Permissions};
use maud::{Markup, html};
use serde::Deserialize;

use super::guest::Guest;
use super::{channel, make, path, refused};
use crate::app::App;
use crate::app::channel_info::{LookError, channel_info};
use crate::app::list_members::list_members;
use crate::domain::member::Member;

/// Members on one page.
const MEMBERS: i64 = 100;

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    /// Members behind this one.
    after: Option<i64>,
}

pub(crate) async fn show(
    app: Data<App>,
    guest: Guest,
    id: Path<String>,
    asked: Option<Query<Asked>>,
) -> HttpResponse {
    let after = asked.and_then(|asked| asked.after);
    let place = (channel(&id), after);
    answer(&app, &guest, place, StatusCode::OK, Wrong::default()).await
}

/// What is wrong with what was typed.
#[derive(Default)]
pub(super) struct Wrong<'a> {
    /// The new name, and why it is none.
    pub(super) name: Option<(&'a str, &'a str)>,
    /// Why nobody is left by its owner.
    pub(super) heir: Option<&'a str>,
}

/// The page, for whoever opens it or has filled in one of its forms.
pub(super) async fn answer(
    app: &App,
    guest: &Guest,
    (channel, after): (ChannelId, Option<i64>),
    status: StatusCode,
    wrong: Wrong<'_>,
) -> HttpResponse {
    match read(app, guest, channel, after).await {
        Ok((mine, members)) => {
            let view = View {
                guest,
                mine: &mine,
                members: &members,
                is_whole: after.is_none() && members.next.is_none(),
            };
            view.page(status, &wrong)
        }
        Err(error) => refused::look(&guest.visitor, channel, error),
    }
}

async fn read(
    app: &App,
    guest: &Guest,
    channel: ChannelId,
    after: Option<i64>,
) -> Result<(Membership, Paged<Member>), LookError> {
    let mine = channel_info(app, guest.me.user, channel).await?;
    let page = Page {
        after,
        limit: Some(MEMBERS),
    };
    let members = list_members(app, guest.me.user, channel, page).await?;
    Ok((mine, members))
}

struct View<'a> {
    guest: &'a Guest,
    mine: &'a Membership,
    members: &'a Paged<Member>,
    /// All of the channel's members are here.
    is_whole: bool,
}

impl View<'_> {
    const fn visitor(&self) -> &Visitor {
        &self.guest.visitor
    }

    fn may(&self, what: Permission) -> bool {
        self.mine.permissions.contains(what)
    }

    fn action(&self, what: &str) -> String {
        let path = format!("{}/{what}", path(self.mine.channel));
        self.visitor().action(&path)
    }

    fn page(&self, status: StatusCode, wrong: &Wrong<'_>) -> HttpResponse {
        let words = self.visitor().language().channels();
        let title = fill(words.settings, &[("name", &self.mine.name)]);
        let channel = self.mine.channel;
        let body = html! {
            h1 dir="auto" { (title) }
            p.ways {
                a href=(path(channel)) { (words.back) }
                @if self.may(Permission::Invite) {
                    a href=(format!("/invite?channel={channel}")) { (words.invite) }
                    a href=(format!("{REQUESTS}?channel={channel}")) { (words.requests) }
                }
            }
            (self.list())
            @if self.may(Permission::Rename) { (self.renaming(wrong)) }
            (self.leaving(wrong))
        };
        self.visitor().page_with_script(status, &title, &body)
    }

    fn list(&self) -> Markup {
        let words = self.visitor().language().channels();
        let path = path(self.mine.channel);
        html! {
            ul.rows {
                @for member in &self.members.items { li { (self.row(member)) } }
            }
            @if let Some(after) = self.members.next {
                p { a href=(format!("{path}/members?after={after}")) { (words.more) } }
            }
        }
    }

    fn row(&self, member: &Member) -> Markup {
        let words = self.visitor().language().channels();
        let is_owner = member.user == self.mine.owner;
        let is_me = member.user == self.guest.me.user;
        let is_removable = !is_owner && !is_me && self.may(Permission::RemoveUsers);
        let named = fill(words.remove_named, &[("name", &member.username)]);
        html! {
            div {
                strong dir="auto" { (member.username) }
                @if is_owner { " " span.count { (words.owner) } }
                @if is_me { " " span.count { (words.you) } }
                p.quiet { (may(self.visitor(), member.permissions)) }
            }
            @if is_removable {
                form method="post" action=(self.action("remove")) {
                    (form_key())
                    (hidden("user", &member.user.to_string()))
                    button.bad aria-label=(named) { (words.remove) }
                }
            }
        }
    }

    fn renaming(&self, wrong: &Wrong<'_>) -> Markup {
        let words = self.visitor().language().channels();
        let (typed, error) = wrong.name.unzip();
        html! {
            h2 { (words.rename) }
            form method="post" action=(self.action("rename")) {
                (form_key())
                (make::name(self.visitor(), typed.unwrap_or(&self.mine.name), error, error.is_some()))
                button { (words.rename) }
            }
        }
    }

    fn leaving(&self, wrong: &Wrong<'_>) -> Markup {
        let words = self.visitor().language().channels();
        let me = self.guest.me.user;
        let is_alone = self.is_whole && self.members.items.len() == 1;
        html! {
            h2 { (words.leave) }
            p { @if is_alone { (words.leave_last) } @else { (words.leave_text) } }
            form method="post" action=(self.action("leave")) {
                (form_key())
                @if self.mine.owner == me && !is_alone { (self.heirs(wrong)) }
                button.bad { (words.leave) }
            }
        }
    }

    fn heirs(&self, wrong: &Wrong<'_>) -> Markup {
        let words = self.visitor().language().channels();
        let others = self.members.items.iter();
        let others = others.filter(|member| member.user != self.guest.me.user);
        html! {
            label for="heir" { (words.heir) }
            select id="heir" name="heir" required
                aria-describedby=[wrong.heir.map(|_| "heir-error")]
                aria-invalid=[wrong.heir.map(|_| "true")] {
                option value="" { (words.heir_choose) }
                @for member in others { option value=(member.user) { (member.username) } }
            }
            @if let Some(error) = wrong.heir { p.error id="heir-error" { (error) } }
        }
    }
}

/// What somebody may do, in words.
fn may(visitor: &Visitor, permissions: Permissions) -> String {
    let words = visitor.words();
    let all = [
        (Permission::Read, words.may_read),
        (Permission::Write, words.may_write),
        (Permission::Invite, words.may_invite),
        (Permission::Rename, words.may_rename),
        (Permission::RemoveUsers, words.may_remove),
    ];
    let held = all
        .into_iter()
        .filter(|(one, _)| permissions.contains(*one));
    let held: Vec<&str> = held.map(|(_, word)| word).collect();
    held.join(", ")
}

//! `/c/{id}`: what is said in a channel, the newest at the end, and where one says something.

use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::UserId;
use latchkey_common::db::once::CallError;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::{CHANNELS, REQUESTS};
use latchkey_pages::{Arrived, Visitor};
use latchkey_peers::channels::{ChannelId, Membership, Permission};
use maud::{Markup, html};
use serde::Deserialize;

use super::guest::Guest;
use super::message::{day, message};
use super::{channel, path, refused, say};
use crate::app::App;
use crate::app::channel_info::channel_info;
use crate::app::load_messages::{LoadError, load_messages};
use crate::app::mark_read::{MarkError, mark_read};
use crate::app::stream_position::stream_position;
use crate::domain::message::{Message, MessageId, Window};

/// Messages on one page: a screen or three.
const MESSAGES: i64 = 50;

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    /// Only messages older than this one.
    before: Option<i64>,
}

pub(crate) async fn show(
    app: Data<App>,
    guest: Guest,
    id: Path<String>,
    asked: Option<Query<Asked>>,
    req: HttpRequest,
) -> HttpResponse {
    let (channel, visitor) = (channel(&id), &guest.visitor);
    let before = asked.and_then(|asked| asked.before).map(MessageId);
    let membership = match channel_info(&app, guest.me.user, channel).await {
        Ok(membership) => membership,
        Err(error) => return refused::look(visitor, channel, error),
    };
    let said = match read(&app, guest.me.user, channel, before).await {
        Ok(said) => said,
        Err(error) => return refused::load(visitor, channel, error),
    };
    if before.is_none()
        && *req.method() == Method::GET
        && let Err(fault) = has_read(&app, guest.me.user, &membership, &said).await
    {
        return refused::trouble(visitor, fault);
    }
    let arrived = Arrived::at(&req);
    let page = page(
        &guest,
        &membership,
        &said,
        before.is_some(),
        &arrived.line(),
    );
    arrived.read(page)
}

/// Messages in the order in which they were said.
struct SoFar {
    messages: Vec<Message>,
    /// There are older ones.
    is_cut: bool,
    /// What a live stream tells after this is not among them yet.
    position: i64,
}

async fn read(
    app: &App,
    me: UserId,
    channel: ChannelId,
    before: Option<MessageId>,
) -> Result<SoFar, LoadError> {
    let window = Window {
        channel,
        before,
        limit: MESSAGES.saturating_add(1),
        types: None,
    };
    // Asked before the messages, so that nothing lies between them and the stream.
    let position = stream_position(app).await?;
    let mut loaded = load_messages(app, me, vec![window]).await?;
    let newest_first = loaded.channels.remove(&channel);
    let mut messages = newest_first.map_or_else(Vec::new, |loaded| loaded.messages);
    let fitting = usize::try_from(MESSAGES).unwrap_or(usize::MAX);
    let is_cut = loaded.is_cut || messages.len() > fitting;
    messages.truncate(fitting);
    messages.reverse();
    Ok(SoFar {
        messages,
        is_cut,
        position,
    })
}

/// Moves the read mark to the newest message that the page has. Whoever was removed meanwhile has none.
async fn has_read(
    app: &App,
    me: UserId,
    membership: &Membership,
    said: &SoFar,
) -> Result<(), Fault> {
    let newest = said.messages.last().map(|message| message.id);
    let Some(newest) = newest.filter(|newest| newest.0 > membership.last_read) else {
        return Ok(());
    };
    match mark_read(app, me, membership.channel, newest, None).await {
        Err(CallError::Refused(MarkError::Fault(fault))) => Err(fault),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// `line`: what somebody reads who has just come in.
fn page(
    guest: &Guest,
    membership: &Membership,
    said: &SoFar,
    is_old: bool,
    line: &Markup,
) -> HttpResponse {
    let (visitor, me) = (&guest.visitor, &guest.me);
    let words = visitor.language().channels();
    let after = (!is_old).then_some(said.position);
    let own = path(membership.channel);
    let body = html! {
        h1 dir="auto" { (membership.name) }
        (line)
        p.ways {
            a href=(CHANNELS) { (words.all) }
            a href=(format!("{own}/members")) { (words.members) }
            @if membership.permissions.contains(Permission::Invite) {
                a href=(format!("{REQUESTS}?channel={}", membership.channel)) { (words.requests) }
            }
            @if is_old { a href=(format!("{own}#end")) { (words.newest) } }
        }
        div.channel data-channel=(membership.channel) data-me=(me.user) data-after=[after] {
        p.banner role="status" hidden { (words.offline) }
        div.talk {
            @if let Some(oldest) = said.messages.first().filter(|_| said.is_cut) {
                p.older { a href=(format!("{own}?before={}", oldest.id)) rel="prev" { (words.older) } }
            }
            div.earlier {}
            div.log role="log" aria-label=(words.messages) tabindex="0" {
                (log(visitor, said, membership.last_read))
            }
        }
        @if !is_old {
            (on_its_way(visitor, &me.username))
            div id="end" { (say::composer(visitor, membership.channel, may_write(membership), ("", None))) }
        }
        }
    };
    visitor.page_with_script(StatusCode::OK, &membership.name, &body)
}

/// What a message looks like that is not there for certain.
fn on_its_way(visitor: &Visitor, username: &str) -> Markup {
    let words = visitor.language().channels();
    html! {
        template id="pending" {
            article.message.pending {
                p.by { strong dir="auto" { (username) } " " span.state { (words.sending) } }
                p.said dir="auto" {}
                p.failed hidden {
                    (words.failed) " " button.second type="button" { (words.again) }
                }
            }
        }
    }
}

const fn may_write(membership: &Membership) -> bool {
    membership.permissions.contains(Permission::Write)
}

/// Days as headings, and a line above what came since the reader was here. Whoever was never here has no such line.
fn log(visitor: &Visitor, said: &SoFar, last_read: i64) -> Markup {
    let words = visitor.language().channels();
    let is_new = |message: &Message| last_read > 0 && message.id.0 > last_read;
    let first_new = said.messages.iter().position(is_new);
    let days: Vec<String> = said.messages.iter().map(day).collect();
    let yesterdays = std::iter::once(None).chain(days.iter().map(Some));
    let all = said.messages.iter().zip(days.iter().zip(yesterdays));
    html! {
        @if said.messages.is_empty() { p.quiet.nothing { (words.nothing) } }
        @for (nth, (one, (day, yesterday))) in all.enumerate() {
            @if yesterday != Some(day) { h2.day { time datetime=(day) { (day) } } }
            @if first_new == Some(nth) { p.new id="new" { (words.new) } }
            (message(words, one))
        }
    }
}

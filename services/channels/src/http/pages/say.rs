//! `POST /c/{id}/messages`: saying something.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use latchkey_common::db::once::Made;
use latchkey_common::server::Edge;
use latchkey_pages::{Language, Visitor, form_key, trouble};
use latchkey_peers::channels::ChannelId;
use maud::{Markup, html};
use serde::Deserialize;

use super::guest::{Guest, Sent, see_other};
use super::message::message;
use super::{again, channel, path, refused};
use crate::app::App;
use crate::app::send_message::{SendError, send_message};
use crate::domain::message::{Content, Message, MessageType, Said};

#[derive(Deserialize)]
pub(crate) struct Typed {
    content: String,
    #[serde(default)]
    key: String,
    /// `here`: the message itself is the answer.
    #[serde(default)]
    place: String,
}

pub(crate) async fn say(
    app: Data<App>,
    edge: Data<Edge>,
    guest: Guest,
    id: Path<String>,
    sent: Sent<Typed>,
) -> HttpResponse {
    let (channel, visitor) = (channel(&id), &guest.visitor);
    let Some(typed) = sent.0 else {
        return refused::unreadable(visitor);
    };
    // A form writes line ends as mail does.
    let text = typed.content.replace("\r\n", "\n");
    let Some(content) = Content::parse(text.clone()) else {
        return unfit(visitor, channel, &text);
    };
    match try_say(&app, &edge, &guest, (channel, content, &typed.key)).await {
        Ok(piece) if typed.place == "here" => HttpResponse::Created()
            .content_type("text/html; charset=utf-8")
            .body(piece),
        Ok(_) => see_other(&format!("{}#end", path(channel))),
        Err(SendError::ChannelNotFound) => refused::no_channel(visitor),
        Err(SendError::NoPermission) => refused::may_not(visitor, channel),
        Err(SendError::Fault(fault)) => refused::trouble(visitor, fault),
    }
}

async fn try_say(
    app: &App,
    edge: &Edge,
    guest: &Guest,
    (channel, content, key): (ChannelId, Content, &str),
) -> Result<Vec<u8>, SendError> {
    edge.limits().check("message", guest.me.user)?;
    let content = content.into_text();
    let asked = format!("say {channel} {content}");
    let once = again::once(guest.me.user, key, &asked, |sent| Ok(piece(sent)));
    let said = Said {
        user: guest.me.user,
        username: guest.me.username.clone(),
        kind: MessageType::Text,
        content: Some(content),
    };
    let sent = send_message(app, channel, said, once).await;
    Ok(match sent.map_err(again::refusal)? {
        Made::Now(sent) => piece(&sent),
        Made::Before(kept) => kept,
    })
}

/// The message, as it stands in a page. What people said has no words of any language of ours.
fn piece(sent: &Message) -> Vec<u8> {
    message(Language::English.channels(), sent)
        .into_string()
        .into_bytes()
}

/// What was typed, and why it cannot be sent.
fn unfit(visitor: &Visitor, channel: ChannelId, typed: &str) -> HttpResponse {
    let words = visitor.language().channels();
    let body = html! {
        h1 { (words.not_sent) }
        (trouble(words.say_form))
        (composer(visitor, channel, true, (typed, Some(words.say_form))))
        p { a href=(path(channel)) { (words.back) } }
    };
    visitor.page_with_script(StatusCode::BAD_REQUEST, words.not_sent, &body)
}

/// Where one says something, with what was typed and what is wrong with it.
pub(super) fn composer(
    visitor: &Visitor,
    channel: ChannelId,
    may_write: bool,
    (typed, error): (&str, Option<&str>),
) -> Markup {
    let words = visitor.language().channels();
    if !may_write {
        return html! { p.quiet { (words.say_not) } };
    }
    html! {
        form.composer method="post" action=(visitor.action(&format!("{}/messages", path(channel)))) {
            (form_key())
            label for="say" { (words.say) }
            textarea id="say" name="content" rows="3" required maxlength="4000" dir="auto"
                aria-describedby=[error.map(|_| "say-error")]
                aria-invalid=[error.map(|_| "true")] {
                // The first line end of a field is not part of what it says.
                "\n" (typed)
            }
            @if let Some(error) = error { p.error id="say-error" { (error) } }
            button { (words.say_button) }
        }
    }
}

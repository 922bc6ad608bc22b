//! `/c/new`: making a channel.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use latchkey_common::db::once::Made;
use latchkey_common::fault::Fault;
use latchkey_common::server::Edge;
use latchkey_contracts::pages::CHANNELS;
use latchkey_pages::{Field, Visitor, form_key};
use latchkey_peers::channels::{ChannelId, ChannelType, Membership};
use maud::{Markup, html};
use serde::Deserialize;

use super::guest::{Guest, Sent, see_other};
use super::{again, path, refused};
use crate::app::App;
use crate::app::create_channel::{CreateChannelError, create_channel};
use crate::domain::channel::{ChannelName, NewChannel};

#[derive(Deserialize)]
pub(crate) struct Wish {
    name: String,
    kind: ChannelType,
    #[serde(default)]
    key: String,
}

pub(crate) async fn show(guest: Guest) -> HttpResponse {
    page(&guest.visitor, StatusCode::OK, None, None)
}

pub(crate) async fn make(
    app: Data<App>,
    edge: Data<Edge>,
    guest: Guest,
    sent: Sent<Wish>,
) -> HttpResponse {
    let Some(wish) = sent.0 else {
        return refused::unreadable(&guest.visitor);
    };
    match try_make(&app, &edge, &guest, &wish).await {
        Ok(Some(channel)) => see_other(&path(channel)),
        Ok(None) => see_other(CHANNELS),
        Err(wrong) => answer(&guest.visitor, &wish, wrong),
    }
}

enum Wrong {
    Name,
    Refused(CreateChannelError),
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

/// `None`: it was made before, and what of is not known any more.
async fn try_make(
    app: &App,
    edge: &Edge,
    guest: &Guest,
    wish: &Wish,
) -> Result<Option<ChannelId>, Wrong> {
    edge.limits().check("channel", guest.me.user)?;
    let new = NewChannel {
        name: ChannelName::parse(&wish.name).ok_or(Wrong::Name)?,
        channel_type: wish.kind,
    };
    let asked = format!("make {} {}", wish.kind, wish.name);
    let once = again::once(guest.me.user, &wish.key, &asked, |made: &Membership| {
        Ok(made.channel.to_string().into_bytes())
    });
    let made = create_channel(app, guest.person(), new, once).await;
    Ok(
        match made.map_err(again::refusal).map_err(Wrong::Refused)? {
            Made::Now(membership) => Some(membership.channel),
            Made::Before(kept) => read_number(&kept),
        },
    )
}

/// The number that was kept.
fn read_number(kept: &[u8]) -> Option<ChannelId> {
    let text = std::str::from_utf8(kept).ok()?;
    text.parse().ok().map(ChannelId)
}

fn answer(visitor: &Visitor, wish: &Wish, wrong: Wrong) -> HttpResponse {
    let words = visitor.language().channels();
    let (status, said) = match wrong {
        Wrong::Name => (StatusCode::BAD_REQUEST, words.name_form),
        Wrong::Refused(CreateChannelError::NameTaken) => (StatusCode::CONFLICT, words.name_taken),
        Wrong::Refused(CreateChannelError::TooMany) => (StatusCode::CONFLICT, words.too_many),
        Wrong::Refused(CreateChannelError::Fault(fault)) => {
            return refused::trouble(visitor, fault);
        }
    };
    page(visitor, status, Some(wish), Some(said))
}

fn page(
    visitor: &Visitor,
    status: StatusCode,
    typed: Option<&Wish>,
    error: Option<&str>,
) -> HttpResponse {
    let words = visitor.language().channels();
    let is_private = typed.is_some_and(|wish| wish.kind == ChannelType::Private);
    let body = html! {
        h1 { (words.make) }
        form method="post" action=(visitor.action("/c/new")) {
            (form_key())
            (name(visitor, typed.map_or("", |wish| wish.name.as_str()), error, true))
            fieldset {
                legend { (words.who_finds) }
                (choice(ChannelType::Public, words.public, !is_private))
                (choice(ChannelType::Private, words.private, is_private))
            }
            button { (words.make_button) }
        }
    };
    visitor.page_with_script(status, words.make, &body)
}

fn choice(kind: ChannelType, label: &str, is_chosen: bool) -> Markup {
    html! {
        label.choice { input type="radio" name="kind" value=(kind) checked[is_chosen]; (label) }
    }
}

/// The field for a channel's name.
pub(super) fn name(visitor: &Visitor, typed: &str, error: Option<&str>, is_first: bool) -> Markup {
    let words = visitor.language().channels();
    let field = Field {
        name: "name",
        label: words.name,
        hint: words.name_hint,
        value: typed,
        error,
        fills: "off",
        length: Some((4, 32)),
        is_first,
        ..Field::default()
    };
    field.render()
}

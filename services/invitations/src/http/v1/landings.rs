//! `landing`: where whoever came in by an invitation arrives.

use latchkey_common::wire::form::Form;
use latchkey_contracts::v1::ids::{Channel, Id};
use latchkey_peers::channels::ChannelId;
use serde::Serialize;

use crate::app::invitation::landing::Arrival;
use crate::domain::changed::Changed;
use crate::domain::texts::Texts;

/// The most characters of a line of welcome. It travels in a cookie, which holds four kilobytes.
const MOST_WELCOME: usize = 280;

/// What is said of it at making.
pub(super) fn landing(form: &mut Form<'_>) -> (Option<ChannelId>, Option<String>) {
    let read = form.object("landing", |form| Some((channel(form), welcome(form))));
    read.unwrap_or_default()
}

/// A part of a merge patch: null takes all of it away, and so does null inside with a part of it.
pub(super) fn changed(form: &mut Form<'_>) -> (Changed<ChannelId>, Changed<String>) {
    if form.cleared("landing") {
        return (Changed::Cleared, Changed::Cleared);
    }
    let read = form.object("landing", |form| {
        let channel = part(form, "channel", channel);
        Some((channel, part(form, "welcome", welcome)))
    });
    read.unwrap_or_default()
}

fn part<T>(form: &mut Form<'_>, name: &str, read: fn(&mut Form<'_>) -> Option<T>) -> Changed<T> {
    if form.cleared(name) {
        return Changed::Cleared;
    }
    read(form).map_or(Changed::Kept, Changed::To)
}

fn channel(form: &mut Form<'_>) -> Option<ChannelId> {
    let what = "This must be the id of a channel.";
    let channel = form.parsed("channel", what, Id::<Channel>::parse);
    channel.map(|channel| ChannelId(channel.number()))
}

fn welcome(form: &mut Form<'_>) -> Option<String> {
    form.text("welcome", 1, MOST_WELCOME)
}

/// Where somebody arrives.
#[derive(Serialize)]
pub(super) struct LandingShape {
    channel: Option<Id<Channel>>,
    welcome: Option<String>,
}

impl LandingShape {
    /// As its maker has said it.
    pub(super) fn of(texts: &mut Texts) -> Option<Self> {
        let arrival = Arrival {
            channel: texts.landing_channel,
            welcome: texts.welcome.take(),
        };
        let leads = arrival.channel.is_some() || arrival.welcome.is_some();
        leads.then(|| arrival.into())
    }
}

impl From<Arrival> for LandingShape {
    fn from(arrival: Arrival) -> Self {
        Self {
            channel: arrival.channel.map(|channel| Id::of(channel.0)),
            welcome: arrival.welcome,
        }
    }
}

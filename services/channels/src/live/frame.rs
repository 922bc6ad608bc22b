//! Server-sent events as bytes.

use actix_web::web::Bytes;

use super::renderer::Renderer;
use crate::domain::event::Event;

/// The end of what is sent at once: the client sees that the stream stands, and waits a second before
/// it comes back.
const CONNECTED: &str = "retry: 1000\n: connected\n";

/// Sent at once. An `id` without data is no event, but the client keeps it: it comes back with this
/// position although it has heard nothing.
pub(super) fn hello(position: i64) -> Bytes {
    Bytes::from(format!("id: {position}\n{CONNECTED}\n"))
}

/// Sent at once where nothing can be continued. In one piece: whoever is cut off in the middle of it
/// has no position yet and is told again.
pub(super) fn hello_anew(head: i64) -> Bytes {
    Bytes::from(format!("id: {head}\n{CONNECTED}{RESYNC}"))
}

/// The last words to whoever has to make room: comes back only after so many milliseconds.
pub(super) fn farewell(wait_ms: u128) -> Bytes {
    Bytes::from(format!("retry: {wait_ms}\n: one stream too many\n\n"))
}

/// A sign of life, with how far the stream is: who hears nothing for days must not come back with a
/// position that is long gone.
pub(super) fn heartbeat(position: i64) -> Bytes {
    Bytes::from(format!("id: {position}\n: alive\n\n"))
}

/// One event as a contract tells it; `None` where it tells nobody.
pub(super) fn event(event: &Event, renderer: Renderer) -> Option<Bytes> {
    let mut text = String::new();
    push(&mut text, event, renderer);
    (!text.is_empty()).then(|| Bytes::from(text))
}

/// Several events in one piece.
pub(super) fn events(events: &[Event], renderer: Renderer) -> Bytes {
    let mut text = String::new();
    for event in events {
        push(&mut text, event, renderer);
    }
    Bytes::from(text)
}

/// Says that what lies between is not there any more: load everything anew.
pub(super) fn resync(head: i64) -> Bytes {
    Bytes::from(format!("id: {head}\n{RESYNC}"))
}

const RESYNC: &str = "event: resync\ndata: {}\n\n";

fn push(text: &mut String, event: &Event, renderer: Renderer) {
    let Some(told) = (renderer.render)(event) else {
        return;
    };
    let position = event.position.to_string();
    text.reserve(told.data.len() + 64);
    for part in [
        "id: ",
        &position,
        "\nevent: ",
        told.name,
        "\ndata: ",
        &told.data,
        "\n\n",
    ] {
        text.push_str(part);
    }
}

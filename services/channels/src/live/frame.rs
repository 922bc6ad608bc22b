//! Server-sent events as bytes.

use actix_web::web::Bytes;

use super::renderer::Renderer;
use crate::domain::event::Event;

/// Sent at once: the client sees that the stream stands, and waits a second before it comes back.
pub(super) const HELLO: Bytes = Bytes::from_static(b"retry: 1000\n: connected\n\n");

/// A sign of life; clients ignore it.
pub(super) const HEARTBEAT: Bytes = Bytes::from_static(b": alive\n\n");

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
    Bytes::from(format!("id: {head}\nevent: resync\ndata: {{}}\n\n"))
}

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

//! Server-sent events as bytes.

use actix_web::web::Bytes;

use crate::domain::event::Event;

/// Sent at once: the client sees that the stream stands, and waits a second before it comes back.
pub(super) const HELLO: Bytes = Bytes::from_static(b"retry: 1000\n: connected\n\n");

/// A sign of life; clients ignore it.
pub(super) const HEARTBEAT: Bytes = Bytes::from_static(b": alive\n\n");

/// One event. Its payload is one line by construction.
pub(super) fn event(event: &Event) -> Bytes {
    let mut text = String::with_capacity(event.payload.len() + 64);
    push(&mut text, event);
    Bytes::from(text)
}

/// Several events in one piece.
pub(super) fn events(events: &[Event]) -> Bytes {
    let mut text = String::new();
    for event in events {
        push(&mut text, event);
    }
    Bytes::from(text)
}

/// Says that what lies between is not there any more: load everything anew.
pub(super) fn resync(head: i64) -> Bytes {
    Bytes::from(format!("id: {head}\nevent: resync\ndata: {{}}\n\n"))
}

fn push(text: &mut String, event: &Event) {
    let position = event.position.to_string();
    for part in [
        "id: ",
        &position,
        "\nevent: ",
        event.kind.as_str(),
        "\ndata: ",
        &event.payload,
        "\n\n",
    ] {
        text.push_str(part);
    }
}

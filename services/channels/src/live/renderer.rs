//! How contracts tell what happens. A stream is opened with its contract's renderer; which events
//! there are and what they look like is the contract's own.

use actix_web::web::Bytes;

use super::frame;
use crate::domain::event::Event;

/// What a contract says of an event.
#[derive(Debug)]
pub(crate) struct Told {
    /// The event's name.
    pub(crate) name: &'static str,
    /// One line.
    pub(crate) data: String,
}

/// How one contract tells events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renderer {
    /// The contract's name: what is rendered for one of its streams is sent to all of them.
    pub(crate) contract: &'static str,
    /// `None`: the contract tells nobody of this event.
    pub(crate) render: fn(&Event) -> Option<Told>,
}

/// An event on its way to many streams, rendered once a contract and only where somebody listens.
pub(super) struct Rendered<'a> {
    event: &'a Event,
    // A handful at most: looked through faster than hashed.
    frames: Vec<(&'static str, Option<Bytes>)>,
}

impl<'a> Rendered<'a> {
    pub(super) const fn of(event: &'a Event) -> Self {
        Self {
            event,
            frames: Vec::new(),
        }
    }

    /// The event as this contract sends it.
    pub(super) fn by(&mut self, renderer: Renderer) -> Option<Bytes> {
        let known = self
            .frames
            .iter()
            .find(|(contract, _)| *contract == renderer.contract);
        if let Some((_, frame)) = known {
            return frame.clone();
        }
        let frame = frame::event(self.event, renderer);
        self.frames.push((renderer.contract, frame.clone()));
        frame
    }
}

//! Rendering an event once a contract.

use actix_web::web::Bytes;

use super::frame;
use super::renderer::Renderer;
use crate::domain::event::Event;

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

//! How contracts tell what happens. A stream is opened with its contract's renderer; which events
//! there are and what they look like is the contract's own.

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

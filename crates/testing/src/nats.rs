//! A real NATS server for a test that is skipped where there is none.

pub use latchkey_stack::nats::{Client, Nats};

/// A server that is not started. `None` where there is no program for it: the test is skipped, or
/// fails where `nats-server` is required.
#[track_caller]
pub fn prepare(test: &str) -> Option<Nats> {
    if crate::missing(test, &["nats-server"]) {
        return None;
    }
    Some(Nats::prepare().expect("a NATS server"))
}

/// A server that runs; `None` as [`prepare`] says.
#[track_caller]
pub fn start(test: &str) -> Option<Nats> {
    let mut nats = prepare(test)?;
    nats.run().expect("nats-server starts");
    Some(nats)
}

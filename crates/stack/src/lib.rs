//! The product as running processes, and what stands around it: PostgreSQL, NATS, the gateway.
//! Whoever tests or measures it starts it here.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the callers are tests: they fail by panicking"
)]

pub mod binary;
pub mod environment;
pub mod gateway;
pub mod loopback;
pub mod nats;
pub mod ports;
mod postgres;
pub mod programs;
pub mod relay;
pub mod running;
pub mod split;

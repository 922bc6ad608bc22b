//! What tests share; nothing here is part of the product. Helpers fail by panicking, because their
//! caller is always a test.
//!
//! - [`both_databases!`], [`Backend`]: one test, run on `SQLite` and on `PostgreSQL`.
//! - [`db::TestDb`]: a database of its own for a test of one service.
//! - [`race()`], [`eventually()`]: many at once; a condition within a bound. No test sleeps.
//! - [`binary`]: the programs under test.
//! - [`every_shape!`], [`stack`], [`split`]: the real binaries as child processes.
//! - [`chat`], [`sse`], [`raw`], [`browser`]: clients.
//! - [`siege`]: clients that mean no good, in numbers.
//! - [`gateway`], [`upstream`]: the gateway's configuration, and something to put behind it.
//! - [`programs`]: what is installed. [`relay`]: connections that can be cut.
//! - [`discord`]: a server that plays Discord. [`nats`]: a real NATS server.
//! - `openapi` (a feature): holds answers against a contract's document.
//!
//! A test crate that uses these begins with `#![cfg(test)]`, so that `unwrap` and its like are
//! allowed in its functions too.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the callers are tests: they fail by panicking"
)]

pub mod backend;
pub mod browser;
pub mod chat;
pub mod db;
pub mod discord;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod postgres;
pub mod raw;
pub mod siege;
pub mod sse;
pub mod stack;
mod timing;
pub mod upstream;

pub use backend::Backend;
pub use latchkey_stack::{binary, gateway, nats, programs, relay, split};
pub use timing::{eventually, race};

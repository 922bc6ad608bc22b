//! What tests share; nothing here is part of the product. Helpers fail by panicking, because their
//! caller is always a test.
//!
//! - [`both_databases!`], [`Backend`]: one test, run on `SQLite` and on `PostgreSQL`.
//! - [`db::TestDb`]: a database of its own for a test of one service.
//! - [`race()`], [`eventually()`]: many at once; a condition within a bound. No test sleeps.
//! - [`every_shape!`], [`stack`]: the real binaries as child processes. [`split`] and [`gateway`] are
//!   `latchkey-stack`'s own.
//! - [`missing`]: what is not installed. [`nats`]: a real NATS server.
//! - [`small_disk`]: a file system to fill.
//! - [`chat`], [`sse`], [`raw`], [`browser`]: clients.
//! - [`siege`]: clients that mean no good, in numbers. [`relay`]: connections that can be cut.
//! - [`upstream`]: something to put behind a gateway. [`discord`]: a server that plays Discord.
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
pub mod environment;
pub mod nats;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod postgres;
pub mod raw;
pub mod siege;
pub mod small_disk;
pub mod sse;
pub mod stack;
mod timing;
pub mod upstream;

pub use backend::{Backend, missing};
pub use latchkey_stack::postgres::{Durability, Server as PostgresServer};
pub use latchkey_stack::{Home, Service, binary, gateway, programs, questions, relay, split};
pub use timing::{eventually, race};

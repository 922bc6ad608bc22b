//! What tests share; nothing here is part of the product. Helpers fail by panicking, because their
//! caller is always a test.
//!
//! - [`both_databases!`], [`on_postgres!`], [`Backend`]: one test, run on `SQLite` and on `PostgreSQL`.
//! - [`db::TestDb`]: a database of its own for a test of one service.
//! - [`race()`], [`eventually()`]: many at once; a condition within a bound. No test sleeps.
//! - [`stack`]: the real binary as a child process.
//! - [`chat`], [`sse`], [`raw`], [`browser`]: clients.
//! - [`discord`]: a server that plays Discord. [`nats`]: a real NATS server.
//! - [`openapi`]: holds answers against a contract's document.
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
pub mod nats;
pub mod openapi;
pub mod postgres;
pub mod raw;
pub mod sse;
pub mod stack;
mod timing;

pub use backend::Backend;
pub use timing::{eventually, race};

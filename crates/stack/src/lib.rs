//! The product as running processes, and what stands around it. Tests and measurements start it
//! here; that a test fails when something does not work, or is skipped where something is not
//! installed, is said where they are.
//!
//! - [`Stack`]: one Latchkey with its data, in [`OneProcess`] or [`Split`] ([`split`]).
//! - [`postgres`], [`nats`], [`gateway`]: what stands around it. [`relay`]: connections that can be cut.
//! - [`binary`], [`programs`]: where the programs lie.
//!
//! What a client says to the product does not belong here, and neither does what a test makes of it.
//!
//! Nothing outlives the process that started it, however that ends.

pub mod binary;
mod env;
pub mod gateway;
mod home;
pub mod nats;
mod one;
pub mod postgres;
pub mod programs;
pub mod questions;
pub mod relay;
mod running;
pub mod split;
mod stack;
mod trouble;

pub use crate::home::Home;
pub use crate::one::{OneProcess, OpenFiles};
pub use crate::running::{complete, run};
pub use crate::split::Split;
pub use crate::stack::Stack;
pub use crate::trouble::{Result, Trouble};
pub use latchkey_peers::plan::Service;

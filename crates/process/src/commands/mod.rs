//! The commands, one file each.

pub mod config;
pub mod doctor;
pub mod healthcheck;
pub mod migrate;
pub(crate) mod serve;

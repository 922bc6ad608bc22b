//! Wire formats: one module per error shape, with the extractors that answer in it. What an error
//! *means* stands with the use case; which status and text a contract gives it stands here, where
//! one contract runs through several services.

pub mod body;
pub mod details;
pub mod input;
pub mod lenient;
pub mod operator;
mod path;
#[cfg(test)]
pub(crate) mod plain;
pub mod problem;
mod strict;
pub mod told;

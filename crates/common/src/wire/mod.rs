//! Wire formats: one module per error shape, with the extractors that answer in it. What an error
//! *means* stands with the use case; which status and text a contract gives it stands here, where
//! one contract runs through several services.

pub mod body;
pub mod chat;
pub mod details;
pub mod lenient;
pub mod operator;
pub mod path;
pub mod problem;
mod strict;
pub mod told;

//! What an invitation is, and the rules that need neither HTTP nor a database.

pub mod choir;
pub mod claim;
pub mod group;
pub mod invitation;
pub mod join_request;
pub mod kind;
pub mod namespace;

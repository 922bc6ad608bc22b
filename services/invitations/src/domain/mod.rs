//! What an invitation is, and the rules that need neither HTTP nor a database.

pub mod claim;
pub mod invitation;
pub mod kind;
pub mod namespace;
pub mod time;

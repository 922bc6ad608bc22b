//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod dto;
mod errors;
pub(crate) mod invites;
pub(crate) mod members;
pub(crate) mod own;

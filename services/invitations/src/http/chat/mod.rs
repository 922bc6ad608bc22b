//! The chat contract's calls that concern invitations: translate in, one use case, translate out.

pub(crate) mod channel_invites;
mod dto;
pub(crate) mod errors;
pub(crate) mod join;
pub(crate) mod register;
pub(crate) mod registration_invites;

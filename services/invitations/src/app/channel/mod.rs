//! Invitations into channels: making, listing and ending them, and joining by one. Channels and their
//! members are the channels service's business.

pub(crate) mod end_invitations;
pub(crate) mod invite;
pub(crate) mod join;
pub(crate) mod list_invitations;

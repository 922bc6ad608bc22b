//! Invitations into channels: making, listing and ending them, and joining by one. Channels and their
//! members are the channels service's business.

pub mod end_invitations;
pub mod invite;
pub mod join;
pub mod list_invitations;

//! The rows of groups, of who is in them, and what a request or an offer adds to its invitation.

pub mod group_members;
pub mod groups;
pub mod join_requests;

//! The rows of groups, of who is in them, and what a request or an offer adds to its invitation.

pub(crate) mod group_members;
pub(crate) mod groups;
pub(crate) mod join_requests;
pub(crate) mod member_ends;

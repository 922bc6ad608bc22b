//! Invitations to register: making, listing and removing them, links of the operator, the link of the
//! first account, and the account that one makes. What accounts are is the users service's business.

pub(crate) mod create_link;
pub(crate) mod invite;
pub(crate) mod link;
pub(crate) mod list_invitations;
pub(crate) mod open_first_link;
pub(crate) mod register;
pub(crate) mod remove_invitations;

//! Invitations to register: making, listing and removing them, links of the operator, the link of the
//! first account, and the account that one makes. What accounts are is the users service's business.

pub mod create_link;
pub mod invite;
pub mod link;
pub mod list_invitations;
pub mod open_first_link;
pub mod register;
pub mod remove_invitations;

//! The choir contract: checking and making invitations behind an API key, and the page on which
//! people make such keys.

mod dto;
mod errors;
pub(crate) mod invitations;
mod key_holder;
pub(crate) mod keys;
mod keys_page;
mod sent;

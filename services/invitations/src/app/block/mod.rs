//! From whom somebody takes no invitations. It stops further ones, by every contract; what is there already stays
//! until it is declined.

pub(crate) mod add;
pub(crate) mod list;
pub(crate) mod remove;

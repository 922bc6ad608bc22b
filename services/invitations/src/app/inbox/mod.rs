//! What waits for somebody: offers to them, what they have asked for, and what they may decide.

pub(crate) mod ending;
pub(crate) mod list;
pub(crate) mod past;
mod places;

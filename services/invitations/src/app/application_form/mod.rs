//! What people are asked who want an account, and whether they may ask for one.

pub(crate) mod edit;
pub(crate) mod show;

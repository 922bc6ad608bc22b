//! What an invitation is, and the rules that need neither HTTP nor a database.

pub(crate) mod act;
pub(crate) mod admission;
pub(crate) mod application;
pub(crate) mod block;
pub(crate) mod changed;
pub(crate) mod choir;
pub(crate) mod claim;
pub(crate) mod event;
pub(crate) mod grant;
pub(crate) mod group;
pub(crate) mod invitation;
pub(crate) mod join_request;
pub(crate) mod kind;
pub(crate) mod membership;
pub(crate) mod namespace;
pub(crate) mod request;
pub(crate) mod secret;
pub(crate) mod texts;

//! Asking to come in, wherever an invitation may lead. A request is an invitation that the other side has made: an
//! offer that meets one lets in whoever asked, and a request that meets an offer takes it, whichever contract the
//! first of the two came by.
//!
//! Somebody without an account may ask for one, where the form for that is open: a yes makes an invitation for them.

mod admit;
pub(crate) mod apply;
pub(crate) mod approve;
pub(crate) mod ask;
pub(crate) mod decide_all;
pub(crate) mod decider;
pub(crate) mod forget;
mod invite_applicant;
pub(crate) mod list;
pub(crate) mod look_up;
mod not_decided;
pub(crate) mod offer;
pub(crate) mod reject;
mod right;
pub(crate) mod view;
pub(crate) mod withdraw;

//! Types and pure rules. Nothing here knows a database or a request.

pub(crate) mod channel;
pub(crate) mod event;
pub(crate) mod member;
pub(crate) mod message;

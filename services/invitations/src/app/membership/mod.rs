//! Who is in something, until when, and shutting somebody out. In a channel the rules are the channels service's: for whoever
//! is in, and whoever may remove members. Those of groups and trees of namespaces stand in `here`.

pub(crate) mod change;
mod here;
pub(crate) mod list;
pub(crate) mod remove;

//! Who is in a channel, until when, and shutting somebody out: for whoever is in, and whoever may remove members. The rules
//! are the channels service's, and are looked at where they stand.

pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod remove;

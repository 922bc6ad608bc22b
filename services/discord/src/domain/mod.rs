//! What a link is, and the rules that need neither HTTP nor a database.

pub(crate) mod link;
pub(crate) mod subject;

//! What a link is, and the rules that need neither HTTP nor a database.

pub mod link;
pub mod subject;

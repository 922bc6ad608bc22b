//! What happened: telling of it by place, and forgetting it.

pub(crate) mod list;
pub(crate) mod purge;

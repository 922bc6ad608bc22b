//! Forgetting whoever has deleted the account.

pub(crate) mod forget;
mod leave_groups;
mod leave_namespaces;

//! The rows of namespaces, and of who collaborates in their trees.

pub(crate) mod collaborator_ends;
pub(crate) mod collaborators;
pub(crate) mod namespaces;

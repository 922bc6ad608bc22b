//! The rows of namespaces, and of who collaborates in their trees.

pub mod collaborators;
pub mod namespaces;

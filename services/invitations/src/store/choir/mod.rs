//! What a choir invitation adds to an invitation, and the rows of the keys of that contract.

pub(crate) mod choir_keys;
pub(crate) mod choirs;

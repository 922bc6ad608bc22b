//! What a choir invitation adds to an invitation, and the rows of the keys of that contract.

pub mod choir_keys;
pub mod choirs;

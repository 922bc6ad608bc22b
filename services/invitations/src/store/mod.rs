//! The only SQL of this service.

/// Names the columns of a row once: as a type, for signatures, and as a value, for queries.
macro_rules! columns {
    ($(#[$doc:meta])* $type:ident, $value:ident: $($column:path),+ $(,)?) => {
        $(#[$doc])*
        pub(in crate::store) type $type = ($($column,)+);
        pub(in crate::store) const $value: $type = ($($column,)+);
    };
}

pub(crate) mod choir;
pub(crate) mod engine;
pub(crate) mod group;
pub(crate) mod ledger;
pub(crate) mod namespace;
pub(crate) mod schema;

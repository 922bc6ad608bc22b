//! The only SQL of this service.

/// Names the columns of a row once: as a type, for signatures, and as a value, for queries.
macro_rules! columns {
    ($(#[$doc:meta])* $type:ident, $value:ident: $($column:path),+ $(,)?) => {
        $(#[$doc])*
        pub(super) type $type = ($($column,)+);
        pub(super) const $value: $type = ($($column,)+);
    };
}

pub mod choir_keys;
pub mod choirs;
pub mod claims;
pub mod collaborators;
pub mod cursors;
pub mod endings;
pub mod group_members;
pub mod groups;
pub mod invitations;
mod is_open;
pub mod join_requests;
pub mod ledger;
pub mod namespaces;
pub mod schema;
pub mod seal_check;

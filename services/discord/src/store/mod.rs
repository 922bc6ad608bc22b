//! The only SQL of this service.

pub(crate) mod links;
pub(crate) mod schema;
pub(crate) mod told;

use latchkey_common::installation::Refers;

/// What rows here tell of numbers that other services have given out.
pub(crate) const REFERS: &[Refers] = &[Refers {
    to: "users.accounts",
    table: "discord_links",
    query: "SELECT max(user_id) AS last FROM discord_links",
}];

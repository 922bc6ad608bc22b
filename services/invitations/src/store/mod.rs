//! The only SQL of this service.

pub(crate) mod applications;
pub(crate) mod audit;
pub(crate) mod blocks;
pub(crate) mod branches;
pub(crate) mod choir;
pub(crate) mod engine;
pub(crate) mod events;
pub(crate) mod group;
pub(crate) mod ledger;
pub(crate) mod namespace;
pub(crate) mod schema;

use latchkey_common::installation::Refers;

/// What rows here tell of numbers that other services have given out.
pub(crate) const REFERS: &[Refers] = &[
    Refers {
        to: "users.accounts",
        table: "uses",
        query: "SELECT max(user_id) AS last FROM uses",
    },
    Refers {
        to: "users.accounts",
        table: "invitations",
        query: "SELECT max(issuer_id) AS last FROM invitations",
    },
    Refers {
        to: "users.accounts",
        table: "group_members",
        query: "SELECT max(user_id) AS last FROM group_members",
    },
    Refers {
        to: "users.accounts",
        table: "namespaces",
        query: "SELECT max(owner_id) AS last FROM namespaces",
    },
    Refers {
        to: "users.accounts",
        table: "blocks",
        query: "SELECT max(blocked_id) AS last FROM blocks",
    },
    Refers {
        to: "users.events",
        table: "cursors",
        query: "SELECT max(position) AS last FROM cursors WHERE feed = 'users'",
    },
    Refers {
        to: "channels.events",
        table: "cursors",
        query: "SELECT max(position) AS last FROM cursors WHERE feed = 'channels'",
    },
    Refers {
        to: "channels.channels",
        table: "invitations",
        query: "SELECT max(target_id) AS last FROM invitations WHERE kind = 'channel' AND state = 'open'",
    },
    Refers {
        to: "channels.channels",
        table: "grants",
        query: "SELECT max(grants.target_id) AS last FROM grants JOIN invitations ON invitations.id = invitation_id \
                WHERE grants.kind = 'channel' AND state = 'open'",
    },
];

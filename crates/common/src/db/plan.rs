//! What lanes are told: how many they are, what for, and how a unit is to be run. What they do stands in
//! [`super::lane`].

use std::time::Duration;

use super::room::Need;

/// How a unit is to be run.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// How long it may wait before it begins.
    pub(super) patience: Duration,
    /// See [`super::unit::Work::is_single`].
    pub(super) is_single: bool,
    /// What it is for.
    pub(super) need: Need,
}

/// How a set of lanes works.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) database: &'static str,
    pub(super) role: Role,
    pub(super) lanes: usize,
    pub(super) queue: usize,
    /// At most this many units share one transaction (group commit, `SQLite` alone).
    pub(super) group: usize,
}

/// What a set of lanes is for: what only reads never waits for what writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Reader,
    Writer,
    /// Holds an advisory lock and does nothing else.
    Lock,
}

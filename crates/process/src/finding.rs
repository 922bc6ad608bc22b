//! What `doctor` finds.

use latchkey_common::config::{ConfigError, Settings, Table};

use crate::output::Trouble;

/// What was found about one thing.
pub enum Finding {
    /// Nothing is wrong with it.
    Fine(String),
    /// It works, but an operator may want to know.
    Note(String),
    /// The server cannot start, or does not work as it should.
    Wrong(String),
}

impl Finding {
    /// What a check found: its trouble, or `fine`.
    pub fn of(outcome: Result<(), Trouble>, fine: impl Into<String>) -> Self {
        outcome.map_or_else(
            |trouble| Self::Wrong(trouble.to_string()),
            |()| Self::Fine(fine.into()),
        )
    }

    /// What serving refuses of a service's own table.
    pub fn of_table<T: Table>(settings: &Settings) -> Vec<Self> {
        let error = settings.table::<T>().err();
        Self::refused(error).into_iter().collect()
    }

    /// A setting that serving refuses, if it does.
    pub(crate) fn refused(error: Option<ConfigError>) -> Option<Self> {
        error.map(|error| Self::Wrong(error.to_string()))
    }
}

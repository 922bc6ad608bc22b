//! A service's own table: read as one struct, and held to the struct's rules by the reading itself,
//! so that no program can serve with a table that another one would refuse.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ConfigError, Place, Settings, layers};
use crate::fault::Fault;

/// The struct of a service's table. Let it deny unknown fields: then the defaults file and the
/// struct cannot drift apart.
pub trait Table: DeserializeOwned {
    /// The table's name.
    const NAME: &'static str;

    /// What the types of its fields do not say.
    fn check(&self) -> Result<(), Misfit>;
}

/// A value that fits the type of its field and makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {trouble}")]
pub struct Misfit {
    key: String,
    trouble: String,
}

impl Misfit {
    /// `key` within the table, and what is wrong with its value; never quotes a secret.
    pub fn new(key: impl Into<String>, trouble: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            trouble: trouble.into(),
        }
    }

    /// For fields that must be at least 1: the first that `is_there` is false for.
    pub fn of_zeros(fields: &[(&str, bool)]) -> Result<(), Self> {
        match fields.iter().find(|(_, is_there)| !is_there) {
            Some((key, _)) => Err(Self::new(*key, "must be at least 1")),
            None => Ok(()),
        }
    }

    /// The same, told of the table around `inner`.
    #[must_use]
    pub fn within(self, inner: &str) -> Self {
        Self {
            key: format!("{inner}.{}", self.key),
            trouble: self.trouble,
        }
    }
}

impl From<Misfit> for Fault {
    fn from(misfit: Misfit) -> Self {
        Self::invalid(misfit.to_string())
    }
}

impl Settings {
    /// A service's own table, without where its database and the service itself are found, which
    /// [`Self::db_settings`] and [`Self::internal_urls`] read.
    pub fn table<T: Table>(&self) -> Result<T, ConfigError> {
        let table: T = self
            .with_values::<T>(|_| true)
            .map_err(|error| self.blame::<T>(&error))?;
        table.check().map_err(|misfit| {
            let key = format!("{}.{}", T::NAME, misfit.key);
            self.unfit(&key, misfit.trouble)
        })?;
        Ok(table)
    }

    /// The table with the values in force of those keys that `is_taken`, and the defaults of others.
    fn with_values<T: Table>(&self, is_taken: impl Fn(&str) -> bool) -> serde_json::Result<T> {
        let mut table = Map::new();
        for (key, entry) in &self.entries {
            if let Some(rest) = within(T::NAME, key)
                && !layers::PLACES.contains(&rest)
            {
                let value = if is_taken(key) {
                    &entry.value
                } else {
                    &entry.default
                };
                layers::place(&mut table, rest, value.clone());
            }
        }
        serde_json::from_value(Value::Object(table))
    }

    /// The error does not say which value it is about: the one that is refused among defaults.
    fn blame<T: Table>(&self, error: &serde_json::Error) -> ConfigError {
        let changed = self
            .entries
            .iter()
            .filter(|(key, entry)| within(T::NAME, key).is_some() && entry.place != Place::Default);
        for (key, _) in changed {
            if let Err(error) = self.with_values::<T>(|other| other == key) {
                return self.unusable(key, &error);
            }
        }
        self.unusable(&format!("[{}]", T::NAME), error)
    }
}

fn within<'a>(table: &str, key: &'a str) -> Option<&'a str> {
    key.strip_prefix(table)?.strip_prefix('.')
}

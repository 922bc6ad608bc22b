//! Settings: defaults compiled in, then a file, then `LATCHKEY_*` variables. A key is known when
//! the defaults name it; every other one is refused, as is a value of another type. What a setting
//! means does not stand here but beside it, in the `config.default.toml` of its owner; what becomes of it is
//! its mechanism's affair, which reads it.

mod layers;
mod table;
mod unknown;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::layers::{DATABASE_URL, INTERNAL_URL, PUBLIC_KEY};
pub use self::table::{Misfit, Table};

use crate::secret::Secret;

/// The defaults of what every service shares.
pub const COMMON_DEFAULTS: &str = include_str!("../config.default.toml");

/// The file that is read when it exists and none is named.
pub const DEFAULT_FILE: &str = "latchkey.toml";

/// A setting that cannot be used, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key that no defaults name.
    #[error("unknown setting {key} in {place}{}", did_you_mean(.meant.as_deref()))]
    Unknown {
        /// The key, in the spelling of its place.
        key: String,
        /// The file or the variable.
        place: Place,
        /// The key that was meant, in the same spelling.
        meant: Option<String>,
    },
    /// A value that does not fit.
    #[error("the setting {key} ({place}) {trouble}")]
    Unfit {
        /// The key.
        key: String,
        /// Where the value stands.
        place: Place,
        /// What is wrong. Never quotes a secret.
        trouble: String,
    },
    /// A file that cannot be read, or is no TOML.
    #[error("{}: {trouble}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        trouble: String,
    },
}

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |key| format!("; did you mean {key}?"))
}

/// Where a value in force comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Compiled in.
    Default,
    /// A configuration file, or the file that a `_FILE` variable names.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
        }
    }
}

#[derive(Debug, Clone)]
struct Entry {
    /// What is compiled in.
    default: Value,
    value: Value,
    place: Place,
}

/// One line of `latchkey config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The key, levels separated by points.
    pub key: String,
    /// The value as JSON; `"***"` for a secret that is set.
    pub value: String,
    /// Where it comes from.
    pub place: Place,
}

/// The settings in force.
#[derive(Clone)]
pub struct Settings {
    entries: BTreeMap<String, Entry>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.origins()).finish()
    }
}

impl Settings {
    /// Lays `file` and `env` over `defaults` (TOML texts; [`COMMON_DEFAULTS`] is always there).
    /// Of `env` only `LATCHKEY_*` counts.
    pub fn load(
        defaults: &[&str],
        file: Option<&Path>,
        env: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut entries = BTreeMap::new();
        for text in [COMMON_DEFAULTS].iter().chain(defaults) {
            layers::defaults(&mut entries, text)?;
        }
        if let Some(path) = file {
            layers::file(&mut entries, path)?;
        }
        layers::variables(&mut entries, env)?;
        Ok(Self { entries })
    }

    /// The settings of this process: the file is `file`, else what `LATCHKEY_CONFIG` names, else
    /// [`DEFAULT_FILE`] if there is one.
    pub fn of_process(defaults: &[&str], file: Option<&Path>) -> Result<Self, ConfigError> {
        let named = file
            .map(Path::to_path_buf)
            .or_else(|| std::env::var_os(layers::FILE_VARIABLE).map(PathBuf::from));
        let file = named.or_else(|| {
            let default = PathBuf::from(DEFAULT_FILE);
            default.exists().then_some(default)
        });
        Self::load(defaults, file.as_deref(), std::env::vars_os())
    }

    /// The same with another text for `key`, which stands in `place`, a word of the command line.
    pub fn put(&mut self, key: &str, text: &str, place: &str) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.value = Value::String(text.to_owned());
            entry.place = Place::Variable(place.to_owned());
        }
    }

    /// One value.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<T, ConfigError> {
        let Some(entry) = self.entries.get(key) else {
            return Err(ConfigError::Unknown {
                key: key.to_owned(),
                place: Place::Default,
                meant: None,
            });
        };
        serde_json::from_value(entry.value.clone()).map_err(|error| self.unusable(key, &error))
    }

    /// A value in words of another type: `read` says what is wrong with the text.
    pub fn parsed<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        let text: String = self.get(key)?;
        read(&text).map_err(|trouble| self.unfit(key, trouble))
    }

    /// A secret; `None` when it is empty.
    pub fn secret(&self, key: &str) -> Result<Option<Secret>, ConfigError> {
        let text: String = self.get(key)?;
        Ok(Some(text).filter(|text| !text.is_empty()).map(Secret::new))
    }

    /// A list of values in words; `trouble` is what one of them is that `read` has nothing for.
    pub(crate) fn list<T>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        trouble: &str,
    ) -> Result<Vec<T>, ConfigError> {
        let texts: Vec<String> = self.get(key)?;
        let unfit = |text: &str| self.unfit(key, format!("has an entry that {trouble}: {text}"));
        let read = |text: &String| read(text).ok_or_else(|| unfit(text));
        texts.iter().map(read).collect()
    }

    /// A span of at least a second, from seconds.
    pub(crate) fn seconds(&self, key: &str) -> Result<Duration, ConfigError> {
        let seconds: NonZeroU32 = self.get(key)?;
        Ok(Duration::from_secs(u64::from(seconds.get())))
    }

    /// A span of at least a millisecond, from milliseconds.
    pub(crate) fn milliseconds(&self, key: &str) -> Result<Duration, ConfigError> {
        let millis: NonZeroU64 = self.get(key)?;
        Ok(Duration::from_millis(millis.get()))
    }

    /// True when another service's database is said to lie where that of `key` does.
    pub(crate) fn shares_database(&self, key: &str) -> bool {
        let place = self.entries.get(key).map(|entry| &entry.value);
        let mut others = self.entries.iter().filter(|(other, _)| *other != key);
        others.any(|(other, entry)| layers::is_database_url(other) && Some(&entry.value) == place)
    }

    /// The names of the tables within a table.
    pub(crate) fn tables(&self, table: &str) -> impl Iterator<Item = &str> {
        let within = move |key: &&String| {
            key.strip_prefix(table)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        let mut names: Vec<&str> = self
            .entries
            .keys()
            .filter(within)
            .filter_map(|key| key.split('.').nth(1))
            .collect();
        names.dedup();
        names.into_iter()
    }

    /// Every setting in force and where it comes from, secrets masked.
    pub fn origins(&self) -> Vec<InForce> {
        self.entries
            .iter()
            .map(|(key, entry)| InForce {
                key: key.clone(),
                value: if layers::is_secret(key) && entry.value.as_str() != Some("") {
                    "\"***\"".to_owned()
                } else {
                    entry.value.to_string()
                },
                place: entry.place.clone(),
            })
            .collect()
    }

    /// For a value that does not become what it is to be. The error may quote it.
    fn unusable(&self, key: &str, error: &serde_json::Error) -> ConfigError {
        let trouble = if layers::is_secret(key) {
            "cannot be used".to_owned()
        } else {
            format!("cannot be used: {error}")
        };
        self.unfit(key, trouble)
    }

    /// For a value that has its type and does not make sense. `trouble` never quotes a secret.
    pub(crate) fn unfit(&self, key: &str, trouble: String) -> ConfigError {
        ConfigError::Unfit {
            key: key.to_owned(),
            place: self
                .entries
                .get(key)
                .map_or(Place::Default, |entry| entry.place.clone()),
            trouble,
        }
    }
}

#[cfg(test)]
mod tests;

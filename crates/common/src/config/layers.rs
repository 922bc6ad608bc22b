//! The layers, one upon the other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use config::{Config, File, FileFormat};
use serde_json::{Map, Value};

use super::{ConfigError, Entry, Place, unknown};

type Entries = BTreeMap<String, Entry>;

const PREFIX: &str = "LATCHKEY_";
/// Names the configuration file; no setting itself.
pub(super) const FILE_VARIABLE: &str = "LATCHKEY_CONFIG";
/// Variables of the test suites: they may be there while a program under test starts.
const TEST_PREFIX: &str = "LATCHKEY_TEST_";
/// A secret is read from the file that the variable with this ending names.
const FROM_FILE: &str = "_file";
/// The last level of the key that names a service's database.
pub(crate) const DATABASE_URL: &str = "database_url";
/// Where the service answers other services, and the key by which they know it.
pub(crate) const INTERNAL_URL: &str = "internal_url";
pub(crate) const PUBLIC_KEY: &str = "public_key";
/// What stands in a service's table and is no setting of the service itself.
pub(super) const PLACES: [&str; 3] = [DATABASE_URL, INTERNAL_URL, PUBLIC_KEY];

/// URLs that may hold a password.
const SECRET_URLS: [&str; 2] = [DATABASE_URL, "nats_url"];

/// True for keys whose values are never shown and may be read from files.
pub(super) fn is_secret(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key);
    SECRET_URLS.contains(&name)
        || ["_key", "_key_hash", "_token", "_secret", "_password"]
            .iter()
            .any(|end| name.ends_with(end))
}

pub(super) fn is_database_url(key: &str) -> bool {
    key.rsplit('.').next() == Some(DATABASE_URL)
}

impl Entry {
    fn put(&mut self, value: Value, place: Place) {
        self.value = value;
        self.place = place;
    }
}

pub(super) fn defaults(entries: &mut Entries, text: &str) -> Result<(), ConfigError> {
    for (key, value) in parse(Path::new("config.default.toml"), text)? {
        let entry = Entry {
            default: value.clone(),
            value,
            place: Place::Default,
        };
        entries.insert(key, entry);
    }
    Ok(())
}

pub(super) fn file(entries: &mut Entries, path: &Path) -> Result<(), ConfigError> {
    let text = read(path)?;
    for (key, value) in parse(path, &text)? {
        let place = Place::File(path.to_path_buf());
        let Some(entry) = entries.get_mut(&key) else {
            let meant = unknown::meant(&key, entries.keys()).map(str::to_owned);
            return Err(ConfigError::Unknown { key, place, meant });
        };
        let Some(value) = same_kind(&entry.value, value) else {
            let trouble = format!("must be {}", kind(&entry.value));
            return Err(ConfigError::Unfit {
                key,
                place,
                trouble,
            });
        };
        entry.put(value, place);
    }
    Ok(())
}

pub(super) fn variables(
    entries: &mut Entries,
    env: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<(), ConfigError> {
    // In order of their names, so that the same environment always gives the same refusal.
    let env: BTreeMap<String, OsString> = env
        .into_iter()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .collect();
    for (name, value) in &env {
        let Some(setting) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if name == FILE_VARIABLE || name.starts_with(TEST_PREFIX) {
            continue;
        }
        let place = Place::Variable(name.clone());
        let key = setting.to_lowercase().replace("__", ".");
        let unfit = |key: &str, trouble: String| ConfigError::Unfit {
            key: key.to_owned(),
            place: place.clone(),
            trouble,
        };
        let Some(text) = value.to_str() else {
            return Err(unfit(&key, "is not valid UTF-8".to_owned()));
        };
        if let Some(entry) = entries.get_mut(&key) {
            let value = from_text(&entry.value, text)
                .ok_or_else(|| unfit(&key, format!("must be {}", kind(&entry.value))))?;
            entry.put(value, place);
            continue;
        }
        let secret = key
            .strip_suffix(FROM_FILE)
            .filter(|key| is_secret(key))
            .and_then(|key| Some((key, entries.get_mut(key)?)));
        let Some((secret, entry)) = secret else {
            if unknown::is_service_link(setting, text) {
                continue;
            }
            let wanted = key.strip_suffix(FROM_FILE);
            let meant = unknown::meant(wanted.unwrap_or(&key), entries.keys());
            let in_its_spelling = |key: &str| {
                let is_file = wanted.is_some() && is_secret(key);
                unknown::as_variable(key, if is_file { FROM_FILE } else { "" })
            };
            return Err(ConfigError::Unknown {
                key: name.clone(),
                place,
                meant: meant.map(in_its_spelling),
            });
        };
        if env.contains_key(name.trim_end_matches("_FILE")) {
            return Err(unfit(
                secret,
                "is given twice, with and without _FILE".to_owned(),
            ));
        }
        let path = PathBuf::from(text);
        let held = read(&path)?;
        let held = held.trim_end_matches(['\n', '\r']);
        entry.put(Value::from(held), Place::File(path));
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|error| ConfigError::File {
        path: path.to_path_buf(),
        trouble: error.to_string(),
    })
}

/// The keys of a TOML text, levels joined by points.
fn parse(path: &Path, text: &str) -> Result<Vec<(String, Value)>, ConfigError> {
    let value: Value = Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|error| ConfigError::File {
            path: path.to_path_buf(),
            trouble: without_excerpt(&error.to_string()),
        })?;
    let mut flat = Vec::new();
    flatten("", value, &mut flat);
    Ok(flat)
}

/// The parser's words without the line of the file that it shows, in which there may be a secret.
fn without_excerpt(said: &str) -> String {
    let words = said.lines().filter(|line| !line.contains('|'));
    let words: Vec<&str> = words
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    words.join(": ")
}

fn flatten(prefix: &str, value: Value, flat: &mut Vec<(String, Value)>) {
    if let Value::Object(table) = value {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}.{name}")
            };
            flatten(&key, value, flat);
        }
    } else {
        flat.push((prefix.to_owned(), value));
    }
}

/// The reverse of [`flatten`], for one key.
pub(super) fn place(table: &mut Map<String, Value>, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = table
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                place(inner, rest, value);
            }
        }
    }
}

/// `value` when it is of the default's kind.
fn same_kind(default: &Value, value: Value) -> Option<Value> {
    let fits = match default {
        Value::Number(number) if number.is_f64() => value.is_number(),
        Value::Number(_) => value.is_i64() || value.is_u64(),
        Value::String(_) => value.is_string(),
        Value::Bool(_) => value.is_boolean(),
        Value::Array(_) => value
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string)),
        Value::Null | Value::Object(_) => false,
    };
    fits.then_some(value)
}

/// A variable's text as the default's kind.
fn from_text(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::Number(number) if number.is_f64() => {
            text.trim().parse::<f64>().ok().map(Value::from)
        }
        Value::Number(_) => text.trim().parse::<i64>().ok().map(Value::from),
        Value::String(_) => Some(Value::from(text)),
        Value::Bool(_) => text.trim().parse::<bool>().ok().map(Value::from),
        Value::Array(_) => Some(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(Value::from)
                .collect(),
        ),
        Value::Null | Value::Object(_) => None,
    }
}

const fn kind(default: &Value) -> &'static str {
    match default {
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Bool(_) => "true or false",
        Value::Array(_) => "a list of texts",
        Value::Null | Value::Object(_) => "a table",
    }
}

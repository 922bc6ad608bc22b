//! Numbers that databases have given out, and who knows of them.

use std::collections::BTreeMap;
use std::fmt;

/// The highest numbers that the databases of one installation have given out, as far as one of them
/// knows: by `SERVICE.TABLE`. `SERVICE` alone is there for every database that belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers(BTreeMap<String, i64>);

/// Where a database has given out less than others know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// `SERVICE.TABLE`.
    pub name: String,
    /// What it has given out itself.
    pub given: i64,
    /// What others know of.
    pub known: i64,
}

impl Numbers {
    /// What `service` has given out, by table.
    pub fn of(service: &str, tables: impl IntoIterator<Item = (String, i64)>) -> Self {
        let tables = tables.into_iter();
        let mut numbers = Self(
            tables
                .map(|(table, last)| (format!("{service}.{table}"), last))
                .collect(),
        );
        numbers.raise(service, 0);
        numbers
    }

    /// Takes note that `name` is at `last`, or higher.
    pub fn raise(&mut self, name: &str, last: i64) {
        let known = self.0.entry(name.to_owned()).or_insert(last);
        *known = last.max(*known);
    }

    /// Takes note of all that `other` knows.
    pub fn merge(&mut self, other: &Self) {
        for (name, last) in &other.0 {
            self.raise(name, *last);
        }
    }

    /// What is known here and not in `other`.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        let is_news =
            |(name, last): &(&String, &i64)| other.0.get(*name).is_none_or(|own| own < *last);
        let news = self.0.iter().filter(is_news);
        Self(news.map(|(name, last)| (name.clone(), *last)).collect())
    }

    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when a database of `service` belongs to the installation.
    pub fn has(&self, service: &str) -> bool {
        self.0.contains_key(service)
    }

    /// True when nothing was given out.
    pub fn is_unused(&self) -> bool {
        self.0.values().all(|last| *last == 0)
    }

    /// Every name with its number.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(name, last)| (name.as_str(), *last))
    }

    /// Those of the tables of `service`, by table.
    pub fn tables<'a>(&'a self, service: &'a str) -> impl Iterator<Item = (&'a str, i64)> {
        self.iter().filter_map(move |(name, last)| {
            let table = name.strip_prefix(service)?.strip_prefix('.')?;
            Some((table, last))
        })
    }

    /// The first table of `service` that has given out less than is known here.
    pub fn behind(&self, service: &str, given: &Self) -> Option<Behind> {
        self.tables(service).find_map(|(table, known)| {
            let name = format!("{service}.{table}");
            let given = given.0.get(&name).copied().unwrap_or(0);
            (given < known).then_some(Behind { name, given, known })
        })
    }
}

impl FromIterator<(String, i64)> for Numbers {
    fn from_iter<I: IntoIterator<Item = (String, i64)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut space = "";
        for (name, last) in &self.0 {
            write!(f, "{space}{name}={last}")?;
            space = " ";
        }
        Ok(())
    }
}

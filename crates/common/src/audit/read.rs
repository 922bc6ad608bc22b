//! Reading the log, for the operator and for pages, and forgetting what is old.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::store::{Filter, Row, Whom, list, purge_some};
use crate::db::Db;
use crate::fault::Fault;
use crate::page::Paged;
use crate::text;
use crate::trail::Verb;

/// Characters of a name or an id to look for: the longest names are namespaces' paths.
pub const MOST_NAMED: usize = 300;

/// What the operator's call `audit` of each service takes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Who acted: a name as it was, `acc_7`, or `operator`.
    #[serde(default)]
    pub who: Option<String>,
    /// A [`Verb`].
    #[serde(default)]
    pub what: Option<String>,
    /// To whom or what: a name as it was, or a typed id.
    #[serde(default)]
    pub to: Option<String>,
    /// At most so many seconds ago.
    #[serde(default)]
    pub within_s: Option<u64>,
    /// Older than the row with this number.
    #[serde(default)]
    pub before: Option<i64>,
    /// At most so many, and never more than the ceiling.
    #[serde(default)]
    pub limit: Option<i64>,
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// Ask again with this as `before`; absent at the end.
    #[serde(default)]
    pub next: Option<i64>,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// In the order of writing.
    pub id: i64,
    /// RFC 3339.
    pub at: String,
    /// `acc_7`, or `operator`.
    pub who: String,
    /// As it was; empty for the operator.
    pub who_name: String,
    /// What was done.
    pub what: String,
    /// `acc_9`; absent for what has no number.
    #[serde(default)]
    pub to: Option<String>,
    /// As it was.
    pub to_name: String,
    /// By which way.
    pub way: String,
    /// From where, as far as the log shows it.
    #[serde(default)]
    pub from: Option<String>,
    /// Why, if it was said.
    #[serde(default)]
    pub why: Option<String>,
    /// Of the request.
    #[serde(default)]
    pub request_id: Option<String>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at.rfc3339(),
            who: row.who,
            who_name: row.who_name,
            what: row.verb,
            to: row.target,
            to_name: row.target_name,
            way: row.way,
            from: row.client,
            why: row.reason,
            request_id: row.request_id,
        }
    }
}

impl Ask {
    /// # Errors
    /// `Invalid`, with a sentence about what is wrong.
    pub fn filter(&self) -> Result<Filter, Fault> {
        let whom = |typed: &Option<String>| match typed.as_deref() {
            None | Some("") => Ok(None),
            Some(text) if !text::has_length(text, 1, MOST_NAMED) => {
                Err(Fault::invalid("no name and no id is as long as this"))
            }
            Some(text) => Ok(Some(Whom::parse(text))),
        };
        let what = match self.what.as_deref() {
            None | Some("") => None,
            Some(word) => Some(Verb::parse(word).ok_or_else(unknown)?),
        };
        Ok(Filter {
            who: whom(&self.who)?,
            what,
            to: whom(&self.to)?,
            within: self.within_s.map(Duration::from_secs),
            before: self.before,
        })
    }
}

fn unknown() -> Fault {
    let words: Vec<&str> = Verb::ALL.iter().map(|verb| verb.as_str()).collect();
    Fault::invalid(format!("what was done is one of {}", words.join(", ")))
}

/// A page of the log, the newest first. `ceiling` bounds what is asked for.
///
/// # Errors
/// `Invalid` for a question that cannot be understood; trouble with the database.
pub async fn read(db: &Db, ask: &Ask, ceiling: i64) -> Result<Paged<Row>, Fault> {
    let (filter, now) = (ask.filter()?, db.now());
    let size = ask.limit.unwrap_or(ceiling).clamp(1, ceiling.max(1));
    let rows = db
        .look(move |conn| list(conn, &filter, size.saturating_add(1), now))
        .await?;
    Ok(Paged::cut(rows, size, |row| row.id))
}

impl From<Paged<Row>> for Entries {
    fn from(page: Paged<Row>) -> Self {
        Self {
            entries: page.items.into_iter().map(Entry::from).collect(),
            next: page.next,
        }
    }
}

/// How many rows one transaction deletes, so that nobody waits long for them.
const CHUNK: i64 = 1_000;

/// Deletes all rows that are older than `life`.
///
/// # Errors
/// Trouble with the database.
pub async fn purge(db: &Db, life: Duration) -> Result<(), Fault> {
    loop {
        let now = db.now();
        let gone = db.change(move |conn| purge_some(conn, life, now, CHUNK));
        if gone.await? == 0 {
            return Ok(());
        }
    }
}

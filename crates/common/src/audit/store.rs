//! The table.

use std::time::Duration;

use diesel::prelude::*;

use super::actor::{Actor, Reason};
use crate::clock::Millis;
use crate::db::{Conn, QueryResult, SqlNow, any_of, in_savepoint};
use crate::outage::is_outage;
use crate::trail::{Fact, Verb};
use crate::{columns, on, text};

diesel::table! {
    audit (id) {
        id -> BigInt,
        at -> BigInt,
        who -> Text,
        who_name -> Text,
        who_key -> Text,
        verb -> Text,
        target -> Nullable<Text>,
        target_name -> Text,
        target_key -> Text,
        way -> Text,
        client -> Nullable<Text>,
        reason -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

/// What stands for the operator, where an account has its id.
pub(super) const OPERATOR: &str = "operator";

columns! {
    /// The columns of a [`Row`], in its order.
    ROW:
    audit::id,
    audit::at,
    audit::who,
    audit::who_name,
    audit::verb,
    audit::target,
    audit::target_name,
    audit::way,
    audit::client,
    audit::reason,
    audit::request_id,
}

/// One act. Words that this release does not know are of another one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Row {
    /// In the order of writing.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// `acc_7`, or `operator`.
    pub who: String,
    /// As it was; empty for the operator.
    pub who_name: String,
    /// A [`Verb`].
    pub verb: String,
    /// To whom or what: `acc_9`; `None` for what has no number.
    pub target: Option<String>,
    /// As it was.
    pub target_name: String,
    /// A [`super::Way`].
    pub way: String,
    /// From where, as far as the log shows it.
    pub client: Option<String>,
    /// Why, if it was said.
    pub reason: Option<String>,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
}

/// Writes down that `by` did what `fact` says, to what had this typed id and this name. Within the transaction that does it. A
/// fact that nobody did leaves no row.
pub fn write(
    conn: &mut Conn,
    by: &Actor,
    fact: &Fact<'_>,
    whom: (Option<&str>, &str),
    now: SqlNow,
) -> QueryResult<()> {
    match Verb::of(fact) {
        Some(verb) => note(conn, by, verb, whom, now),
        None => Ok(()),
    }
}

/// The same for what is no fact of the trail, because a ledger of its own has it.
///
/// What takes something away is done also where a database server has no room for its row: a lock that waits for a disk
/// is none. Then the log alone tells of it.
pub fn note(
    conn: &mut Conn,
    by: &Actor,
    verb: Verb,
    (target, name): (Option<&str>, &str),
    now: SqlNow,
) -> QueryResult<()> {
    let (who, who_name) = match &by.person {
        Some((user, name)) => (format!("acc_{user}"), name.as_str()),
        None => (OPERATOR.to_owned(), ""),
    };
    let row = (
        (
            audit::at.eq(now),
            audit::who.eq(who),
            audit::who_name.eq(who_name),
            audit::who_key.eq(text::fold(who_name)),
            audit::verb.eq(verb.as_str()),
            audit::target.eq(target),
            audit::target_name.eq(name),
            audit::target_key.eq(text::fold(name)),
        ),
        audit::way.eq(by.way.as_str()),
        audit::client.eq(by.client.as_deref()),
        audit::reason.eq(by.reason.as_ref().map(Reason::as_str)),
        audit::request_id.eq(by.request_id.as_deref()),
    );
    let insert = |conn: &mut Conn| {
        on!(conn, |c| diesel::insert_into(audit::table)
            .values(row)
            .execute(c))
        .map(drop)
    };
    // `SQLite` keeps room for what takes away; a server's disk is not ours.
    if !verb.takes_away() || matches!(conn, Conn::Sqlite(_)) {
        return insert(conn);
    }
    match in_savepoint(conn, insert)? {
        Err(error) if is_outage(&error) => {
            let (verb, error) = (verb.as_str(), error.to_string());
            tracing::error!(verb, error, "there was no room for a row of the audit log");
            Ok(())
        }
        done => done,
    }
}

/// Somebody or something that rows are looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A typed id, or `operator`.
    Id(String),
    /// A name as it was then, by what names are compared by.
    Key(String),
}

impl Whom {
    /// A typed id such as `acc_7`, `operator`, or else a name.
    pub fn parse(typed: &str) -> Self {
        let number = typed.split_once('_').map(|(_, number)| number);
        let is_id = number.is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        if is_id || typed == OPERATOR {
            Self::Id(typed.to_owned())
        } else {
            Self::Key(text::fold(typed))
        }
    }
}

/// Which rows are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Who acted.
    pub who: Option<Whom>,
    /// What was done.
    pub what: Option<Verb>,
    /// To whom or what.
    pub to: Option<Whom>,
    /// At most so long ago.
    pub within: Option<Duration>,
    /// Older than the row with this number.
    pub before: Option<i64>,
}

/// Those that fit, the newest first, at most `limit`.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64, now: SqlNow) -> QueryResult<Vec<Row>> {
    on!(conn, |c| {
        let mut found = audit::table
            .select(ROW)
            .order(audit::id.desc())
            .limit(limit)
            .into_boxed();
        if let Some(before) = filter.before {
            found = found.filter(audit::id.lt(before));
        }
        found = match &filter.who {
            None => found,
            Some(Whom::Id(id)) => found.filter(audit::who.eq(id)),
            Some(Whom::Key(key)) => found.filter(audit::who_key.eq(key)),
        };
        found = match &filter.to {
            None => found,
            Some(Whom::Id(id)) => found.filter(audit::target.eq(id)),
            Some(Whom::Key(key)) => found.filter(audit::target_key.eq(key)),
        };
        if let Some(verb) = filter.what {
            found = found.filter(audit::verb.eq(verb.as_str()));
        }
        if let Some(span) = filter.within {
            found = found.filter(audit::at.ge(now.minus(span)));
        }
        found.load(c)
    })
}

/// Deletes at most `limit` rows that are older than `life`. Answers how many.
pub fn purge_some(conn: &mut Conn, life: Duration, now: SqlNow, limit: i64) -> QueryResult<usize> {
    let old: Vec<i64> = on!(conn, |c| audit::table
        .filter(audit::at.lt(now.minus(life)))
        .order(audit::at)
        .limit(limit)
        .select(audit::id)
        .load(c))?;
    if old.is_empty() {
        return Ok(0);
    }
    on!(conn, |c| diesel::delete(
        audit::table.filter(any_of(audit::id, old.iter().copied()))
    )
    .execute(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_names() {
        assert_eq!(Whom::parse("acc_12"), Whom::Id("acc_12".to_owned()));
        assert_eq!(Whom::parse("operator"), Whom::Id("operator".to_owned()));
        for name in ["John", "acc_", "acc_x", "_", "Operator"] {
            assert_eq!(Whom::parse(name), Whom::Key(text::fold(name)), "{name}");
        }
    }
}

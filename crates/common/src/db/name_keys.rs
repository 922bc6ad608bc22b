//! What names are compared by is stored beside them. When the rule changes ([`text::RULE`]), the keys of a
//! database are made anew, once, where its migrations run.
//!
//! Where two names have become the same, the one that has the key already keeps it, else the older one
//! gets it. The other keeps the key that it had, which no name has under the newer rule: it is found by its
//! exact spelling ([`text::keys`]).

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::{Conn, unless_duplicate};
use crate::fault::Fault;
use crate::{on, text};

/// A column of names, and the one beside it with what they are compared by; in a table with the key `id`.
#[derive(Debug, Clone, Copy)]
pub struct NameColumn {
    /// The table.
    pub table: &'static str,
    /// Names, as they were given.
    pub name: &'static str,
    /// The same as [`text::fold`] makes them; at most one unique rule is about it.
    pub key: &'static str,
}

#[derive(QueryableByName)]
struct Rule {
    #[diesel(sql_type = BigInt)]
    rule: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    key: String,
}

/// How many rows are looked at at once.
const PAGE: i64 = 1_000;

/// True when every key follows today's rule.
pub(super) fn are_current(conn: &mut Conn, columns: &[NameColumn]) -> Result<bool, Fault> {
    if columns.is_empty() {
        return Ok(true);
    }
    let stored = on!(conn, |c| diesel::sql_query("SELECT rule FROM name_keys")
        .get_result::<Rule>(c))?;
    Ok(stored.rule >= text::RULE)
}

/// Makes the keys anew if they follow an older rule: all of them, or none.
pub(super) fn renew(conn: &mut Conn, columns: &[NameColumn]) -> Result<(), Fault> {
    if are_current(conn, columns)? {
        return Ok(());
    }
    conn.batch("BEGIN")?;
    for column in columns {
        renew_column(conn, column)?;
    }
    conn.batch(&format!("UPDATE name_keys SET rule = {}", text::RULE))?;
    conn.batch("COMMIT")?;
    Ok(())
}

fn renew_column(conn: &mut Conn, column: &NameColumn) -> Result<(), Fault> {
    let NameColumn { table, name, key } = column;
    let query = format!(
        "SELECT id, {name} AS name, {key} AS key FROM {table} \
         WHERE id > $1 AND {key} IS NOT NULL ORDER BY id LIMIT {PAGE}"
    );
    let mut after = i64::MIN;
    loop {
        let rows: Vec<Row> = on!(&mut *conn, |c| diesel::sql_query(&query)
            .bind::<BigInt, _>(after)
            .load(c))?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.id;
        for row in rows {
            let renewed = text::fold(&row.name);
            if renewed != row.key && !renewed.is_empty() {
                renew_row(conn, column, &row, &renewed)?;
            }
        }
    }
}

fn renew_row(conn: &mut Conn, column: &NameColumn, row: &Row, renewed: &str) -> Result<(), Fault> {
    let NameColumn { table, key, .. } = column;
    let update = format!("UPDATE {table} SET {key} = $1 WHERE id = $2");
    let done = unless_duplicate(conn, |conn| {
        on!(conn, |c| diesel::sql_query(&update)
            .bind::<Text, _>(renewed)
            .bind::<BigInt, _>(row.id)
            .execute(c))
    })?;
    if done.is_none() {
        tracing::warn!(
            table,
            id = row.id,
            "another one is called the same but for what is not seen: it is found by its exact spelling only"
        );
    }
    Ok(())
}

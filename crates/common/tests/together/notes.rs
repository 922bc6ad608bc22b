//! A table of notes, and changes of it that are counted and take a while.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt};
use latchkey_common::db::{Conn, Db, DbSettings, Kind, QueryResult};
use latchkey_common::on;

/// Something to be written down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    /// The row that it changes.
    pub(super) row: i64,
    /// Written down once.
    pub(super) word: i64,
}

impl Note {
    pub(super) const fn new(row: i64, word: i64) -> Self {
        Self { row, word }
    }
}

/// A kind of change whose statements are counted.
pub(super) struct Counted {
    pub(super) kind: Kind<Note, i64>,
    pub(super) statements: AtomicUsize,
}

macro_rules! counted {
    ($($name:ident: $sleep:literal,)+) => {$(
        pub(super) static $name: Counted = Counted {
            kind: Kind {
                row: |note| (note.row, 0),
                change: |conn, notes| {
                    $name.statements.fetch_add(1, Ordering::Relaxed);
                    write(conn, notes, $sleep)
                },
            },
            statements: AtomicUsize::new(0),
        };
    )+};
}

counted! {
    TOGETHER: "pg_sleep(0.05)",
    PLANTED: "pg_sleep(0.05)",
    ALONE: "pg_sleep(0.001)",
    LEFT: "pg_sleep(0.3)",
    BROKEN: "pg_sleep(3), 'broken'",
}

/// One statement, which takes a while. Answers each word.
fn write(conn: &mut Conn, notes: &[Note], sleep: &str) -> QueryResult<Vec<i64>> {
    let Conn::Postgres(conn) = conn else {
        panic!("PostgreSQL");
    };
    let rows: HashSet<i64> = notes.iter().map(|note| note.row).collect();
    assert_eq!(rows.len(), notes.len(), "a row is changed once");
    let words: Vec<i64> = notes.iter().map(|note| note.word).collect();
    let sql = format!(
        "INSERT INTO notes SELECT word FROM unnest($1) AS word, (SELECT {sleep}) AS while_"
    );
    diesel::sql_query(sql)
        .bind::<Array<BigInt>, _>(&words)
        .execute(conn)?;
    Ok(words)
}

/// Makes the table, and the schema in which it lies.
pub(super) async fn make_notes(db: &Db, settings: &DbSettings) {
    let schema = settings.schema.clone().unwrap();
    let sql = format!(
        "CREATE SCHEMA IF NOT EXISTS \"{schema}\"; CREATE TABLE notes (word bigint PRIMARY KEY)"
    );
    db.change(move |conn| conn.batch(&sql)).await.unwrap();
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn number(conn: &mut Conn, sql: &str) -> QueryResult<i64> {
    on!(conn, |c| diesel::sql_query(sql).get_result::<Count>(c)).map(|row| row.count)
}

pub(super) fn count(conn: &mut Conn) -> QueryResult<i64> {
    number(conn, "SELECT count(*) AS count FROM notes")
}

/// Ends the sessions that run a statement with this word in it, as soon as there is one.
pub(super) async fn break_off(db: &Db, word: &'static str) {
    let sql = format!(
        "SELECT count(pg_terminate_backend(pid)) AS count FROM pg_stat_activity \
         WHERE state = 'active' AND query LIKE '%''{word}''%' AND pid <> pg_backend_pid()"
    );
    loop {
        let sql = sql.clone();
        if db.look(move |conn| number(conn, &sql)).await.unwrap() > 0 {
            return;
        }
    }
}

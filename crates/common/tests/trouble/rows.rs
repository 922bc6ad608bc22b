//! A table of notes, and the sessions that the server has for somebody.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use latchkey_common::db::{Conn, Db, DbSettings, Location};
use latchkey_common::fault::Fault;
use latchkey_common::on;

/// Makes the table, and on `PostgreSQL` the schema in which it lies.
pub(super) async fn make_notes(db: &Db, settings: &DbSettings) {
    let schema = settings.schema.clone();
    let schema = schema.map(|schema| format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\";"));
    let sql = format!(
        "{} CREATE TABLE notes (word text PRIMARY KEY NOT NULL, n integer)",
        schema.unwrap_or_default()
    );
    db.change(move |conn| conn.batch(&sql)).await.unwrap();
}

pub(super) fn note(conn: &mut Conn, word: &str) -> Result<(), Fault> {
    Ok(conn.batch(&format!("INSERT INTO notes VALUES ('{word}', 1)"))?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub(super) fn count(conn: &mut Conn) -> QueryResult<i64> {
    let sql = "SELECT count(*) AS count FROM notes";
    on!(conn, |c| diesel::sql_query(sql).get_result::<Count>(c)).map(|row| row.count)
}

/// Has connections call themselves `name` at the server.
pub(super) fn called(settings: &DbSettings, name: &str) -> DbSettings {
    let Location::Postgres(url) = &settings.location else {
        panic!("PostgreSQL");
    };
    DbSettings {
        location: Location::Postgres(format!("{url}?application_name={name}")),
        ..settings.clone()
    }
}

/// Ends the sessions of `name` that are idle, and says how many that were. Does not wait for them.
pub(super) async fn end_idle(db: &Db, name: &str) -> i64 {
    let sql = format!(
        "SELECT count(pg_terminate_backend(pid)) AS count FROM pg_stat_activity \
         WHERE application_name = '{name}' AND state = 'idle'"
    );
    let ended = db.look(move |conn| {
        on!(conn, |c| diesel::sql_query(sql).get_result::<Count>(c)).map(|row| row.count)
    });
    ended.await.unwrap()
}

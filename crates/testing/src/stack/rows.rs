//! How much lies in a stack's databases.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use super::Stack;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Stack {
    /// How many rows each table of `service` has, but for the tables that keep the books of the
    /// database and of its migrations.
    #[track_caller]
    pub fn rows(&self, service: &str) -> Vec<(String, i64)> {
        let counted = if let Some(database) = self.database.as_ref() {
            let conn = PgConnection::establish(&database.url()).expect("a database of ours");
            let names = format!(
                "SELECT table_name::text AS name FROM information_schema.tables \
                 WHERE table_schema = '{service}'"
            );
            count(&mut Conn::Postgres(conn), &names, service)
        } else {
            let file = self.data_dir().join(format!("{service}.db"));
            let file = file.to_str().expect("a path in UTF-8");
            let conn = SqliteConnection::establish(file).expect("the database's file");
            let names = "SELECT name FROM sqlite_schema WHERE type = 'table' \
                         AND name NOT LIKE 'sqlite%'";
            count(&mut Conn::Sqlite(conn), names, "main")
        };
        counted.expect("tables that can be counted")
    }
}

fn count(conn: &mut Conn, names: &str, schema: &str) -> QueryResult<Vec<(String, i64)>> {
    let tables: Vec<Name> = on!(&mut *conn, |c| diesel::sql_query(names).load(c))?;
    let mut counted = Vec::new();
    for Name { name } in tables {
        if name.starts_with("__diesel") {
            continue;
        }
        let sql = format!("SELECT count(*) AS count FROM {schema}.{name}");
        let row: Count = on!(&mut *conn, |c| diesel::sql_query(sql).get_result(c))?;
        counted.push((name, row.count));
    }
    Ok(counted)
}

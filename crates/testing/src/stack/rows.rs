//! What lies in a stack's databases: how much of it, and a lot of it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use super::Stack;
use crate::Service;

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
        let (mut conn, schema) = self.database_of(service);
        let names = match conn {
            Conn::Postgres(_) => format!(
                "SELECT table_name::text AS name FROM information_schema.tables \
                 WHERE table_schema = '{schema}'"
            ),
            Conn::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table' \
                                AND name NOT LIKE 'sqlite%'"
                .to_owned(),
        };
        count(&mut conn, &names, schema).expect("tables that can be counted")
    }

    /// Lays public channels into the database, past the product: so many that HTTP would take minutes.
    #[track_caller]
    pub fn lay_channels(&self, count: u32) {
        let (mut conn, schema) = self.database_of("channels");
        let sql = format!(
            "INSERT INTO {schema}.channels (name, name_folded, type, owner_id, created_at) \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             SELECT 'laid-' || i, 'laid-' || i, 'public', 1, 0 FROM n"
        );
        let laid = on!(&mut conn, |c| diesel::sql_query(sql).execute(c));
        assert_eq!(laid, Ok(usize::try_from(count).expect("few enough")));
    }

    /// A connection to the database of `service`, and the schema in which its tables are.
    fn database_of<'a>(&self, service: &'a str) -> (Conn, &'a str) {
        if matches!(**self, latchkey_stack::Stack::Split(_)) {
            let mut all = Service::ALL.into_iter();
            let one = all.find(|one| one.name() == service).expect("a service");
            let url = self.database_url(one).expect("a database of its own");
            let conn = PgConnection::establish(&url).expect("a database of ours");
            return (Conn::Postgres(conn), "public");
        }
        if let Some(database) = self.database.as_ref() {
            let conn = PgConnection::establish(&database.url()).expect("a database of ours");
            return (Conn::Postgres(conn), service);
        }
        let file = self.data_dir().join(format!("{service}.db"));
        let file = file.to_str().expect("a path in UTF-8");
        let conn = SqliteConnection::establish(file).expect("the database's file");
        (Conn::Sqlite(conn), "main")
    }
}

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = Text)]
    text: String,
}

impl Stack {
    /// What a query on the database of `service` finds in its one column, `text`.
    #[track_caller]
    pub fn texts(&self, service: Service, query: &str) -> Vec<String> {
        let mut conn = if let Some(url) = self.database_url(service) {
            Conn::Postgres(PgConnection::establish(&url).expect("a database of ours"))
        } else {
            let file = self.data_dir().join(format!("{}.db", service.name()));
            let file = file.to_str().expect("a path in UTF-8");
            Conn::Sqlite(SqliteConnection::establish(file).expect("the database's file"))
        };
        let rows: QueryResult<Vec<Cell>> = on!(&mut conn, |c| diesel::sql_query(query).load(c));
        let rows = rows.expect("a query that works");
        rows.into_iter().map(|row| row.text).collect()
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

//! All rows of a `SQLite` file, copied into an empty `PostgreSQL` database that has the same tables: numbers,
//! sequences, secrets and positions as they are. What was copied is held against the source before it
//! counts.

mod column;
mod held;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use self::column::{Kind, ROWS, Sum, Values};
pub use self::held::Held;
use super::installation::raise;
use super::plan::Role;
use super::{Conn, DbSettings, Location, opener};
use crate::fault::Fault;

/// Each belongs to its own database.
const OWN: [&str; 2] = ["__diesel_schema_migrations", "installation"];

/// Columns that are stored, table by table.
const COLUMNS: &str = "\
    SELECT c.table_name::text AS name, c.column_name::text AS other, c.data_type::text AS kind
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
    ORDER BY c.table_name, c.ordinal_position";

/// Which table refers to which.
const REFERENCES: &str = "\
    SELECT a.relname::text AS name, b.relname::text AS other, '' AS kind
    FROM pg_constraint r JOIN pg_class a ON a.oid = r.conrelid JOIN pg_class b ON b.oid = r.confrelid
    JOIN pg_namespace n ON n.oid = r.connamespace
    WHERE r.contype = 'f' AND n.nspname = current_schema() AND a.oid <> b.oid";

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    other: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Summed {
    #[diesel(sql_type = Text)]
    sums: String,
}

/// A copy that is whole and checked, and counts when it is committed.
pub struct Transfer {
    target: Conn,
    rows: usize,
    tables: usize,
}

impl Transfer {
    /// Copies `from`, which nobody may write meanwhile and nothing is written to, into `to`, which has the
    /// same migrations and no rows of people's. It becomes a database of the installation `id`. Blocks.
    ///
    /// # Errors
    /// `Invalid` when the copy is not what the source is.
    pub fn copy(from: &DbSettings, to: &DbSettings, id: &str) -> Result<Self, Fault> {
        let (Location::Sqlite(file), Location::Postgres(_)) = (&from.location, &to.location) else {
            return Err(Fault::invalid("rows are copied from SQLite to PostgreSQL"));
        };
        let source = open(file)?;
        let mut target = opener(to).open(Role::Writer)?;
        target.batch(
            "SET statement_timeout = 0; SET lock_timeout = 0; \
             SET idle_in_transaction_session_timeout = 0; BEGIN",
        )?;
        // Triggers ask for it: what one would write beside a row is in the source already.
        target.batch("SET LOCAL latchkey.copying = 'on'")?;
        let tables = tables(&source, &mut target)?;
        for table in tables.iter().rev() {
            target.batch(&format!("DELETE FROM \"{}\"", table.name))?;
        }
        let mut rows = 0;
        for table in &tables {
            rows += table.copy(&source, &mut target)?;
        }
        for (table, last) in sequences(&source)? {
            raise(&mut target, &table, last)?;
        }
        super::installation::join(&mut target, id)?;
        Ok(Self {
            target,
            rows,
            tables: tables.len(),
        })
    }

    /// How many rows in how many tables were copied.
    pub const fn size(&self) -> (usize, usize) {
        (self.rows, self.tables)
    }

    /// From now on it counts.
    pub fn commit(mut self) -> Result<(), Fault> {
        Ok(self.target.batch("COMMIT; ANALYZE")?)
    }
}

/// Reads, and leaves the file and its log as they are.
fn open(file: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).map_err(trouble)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(trouble)?;
    conn.execute_batch("PRAGMA query_only = ON; BEGIN")
        .map_err(trouble)?;
    Ok(conn)
}

fn trouble(error: rusqlite::Error) -> Fault {
    Fault::unavailable("database file", error)
}

struct Table {
    name: String,
    /// Names and types.
    columns: Vec<(String, Kind)>,
}

impl Table {
    /// Copies its rows, and asks that all of them have arrived as they are.
    fn copy(&self, source: &Connection, target: &mut Conn) -> Result<usize, Fault> {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        let names = names.join(", ");
        let select = format!("SELECT {names} FROM \"{}\" ORDER BY rowid", self.name);
        let mut sums: Vec<Sum> = self.columns.iter().map(|_| Sum::default()).collect();
        let mut statement = source.prepare(&select).map_err(trouble)?;
        let mut rows = statement.query([]).map_err(trouble)?;
        let (mut copied, mut waiting) = (0, 0);
        let mut values = self.empty();
        while let Some(row) = rows.next().map_err(trouble)? {
            for (at, (values, sum)) in values.iter_mut().zip(&mut sums).enumerate() {
                let value = row.get_ref(at).map_err(trouble)?;
                values.push(value)?;
                sum.add(value);
            }
            waiting += 1;
            if waiting == ROWS {
                self.insert(target, &names, std::mem::replace(&mut values, self.empty()))?;
                copied += waiting;
                waiting = 0;
            }
        }
        if waiting > 0 {
            self.insert(target, &names, values)?;
            copied += waiting;
        }
        self.check(source, target, copied, &sums)?;
        Ok(copied)
    }

    fn empty(&self) -> Vec<Values> {
        self.columns
            .iter()
            .map(|(_, kind)| Values::of(*kind))
            .collect()
    }

    fn insert(&self, target: &mut Conn, names: &str, values: Vec<Values>) -> Result<(), Fault> {
        let places = self.columns.iter().enumerate();
        let places: Vec<String> = places
            .map(|(at, (_, kind))| format!("${}::{}", at + 1, kind.array()))
            .collect();
        let sql = format!(
            // The numbers stay, also where the database alone gives them out.
            "INSERT INTO \"{}\" ({names}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest({})",
            self.name,
            places.join(", ")
        );
        let mut query: BoxedSqlQuery<'_, Pg, SqlQuery> = diesel::sql_query(sql).into_boxed();
        for values in values {
            query = match values {
                Values::Long(all) => query.bind::<Array<Nullable<BigInt>>, _>(all),
                Values::Text(all) => query.bind::<Array<Nullable<Text>>, _>(all),
                Values::Bytes(all) => query.bind::<Array<Nullable<Binary>>, _>(all),
                Values::Bool(all) => query.bind::<Array<Nullable<Bool>>, _>(all),
            };
        }
        if let Conn::Postgres(c) = target {
            query.execute(c)?;
        }
        Ok(())
    }

    /// Counts on both sides, and holds what was read against what is there.
    fn check(
        &self,
        source: &Connection,
        target: &mut Conn,
        copied: usize,
        sums: &[Sum],
    ) -> Result<(), Fault> {
        let count = format!("SELECT count(*) FROM \"{}\"", self.name);
        let count: i64 = source
            .query_row(&count, [], |row| row.get(0))
            .map_err(trouble)?;
        let mut expected = count.to_string();
        let mut sql = String::from("SELECT concat_ws(' ', count(*)");
        for ((name, kind), Sum { count, sum }) in self.columns.iter().zip(sums) {
            // Writing to a text cannot fail.
            let _ = write!(expected, " {count} {sum}");
            let _ = write!(sql, ", count(\"{name}\"), coalesce({}, 0)", kind.sum(name));
        }
        let _ = write!(sql, ") AS sums FROM \"{}\"", self.name);
        let Conn::Postgres(c) = target else {
            return Ok(());
        };
        let found: Summed = diesel::sql_query(sql).get_result(c)?;
        if found.sums != expected || i64::try_from(copied) != Ok(count) {
            return Err(Fault::invalid(format!(
                "what arrived in {} is not what was sent: {expected} became {}",
                self.name, found.sums
            )));
        }
        Ok(())
    }
}

/// The tables of both, those that others refer to first.
fn tables(source: &Connection, target: &mut Conn) -> Result<Vec<Table>, Fault> {
    let Conn::Postgres(c) = target else {
        return Ok(Vec::new());
    };
    let columns: Vec<Pair> = diesel::sql_query(COLUMNS).load(c)?;
    let references: Vec<Pair> = diesel::sql_query(REFERENCES).load(c)?;
    let mut waiting = Vec::new();
    for name in names(source)? {
        let own = source_columns(source, &name)?;
        let both = columns
            .iter()
            .filter(|column| column.name == name && own.contains(&column.other));
        let both: Result<Vec<_>, Fault> = both
            .map(|column| Ok((column.other.clone(), Kind::of(&column.kind)?)))
            .collect();
        let columns = both?;
        if columns.is_empty() {
            return Err(Fault::internal(format!(
                "there is no table {name} to copy to"
            )));
        }
        waiting.push(Table { name, columns });
    }
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let names: BTreeSet<String> = waiting.iter().map(|table| table.name.clone()).collect();
        let is_free = |table: &Table| {
            let mut own = references.iter().filter(|pair| pair.name == table.name);
            !own.any(|pair| names.contains(&pair.other))
        };
        let (free, bound): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_free);
        if free.is_empty() {
            return Err(Fault::internal("tables refer to each other in a circle"));
        }
        ordered.extend(free);
        waiting = bound;
    }
    Ok(ordered)
}

fn names(source: &Connection) -> Result<Vec<String>, Fault> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               ORDER BY name";
    let names = texts(source, sql)?;
    Ok(names
        .into_iter()
        .filter(|name| !OWN.contains(&name.as_str()))
        .collect())
}

/// All that can be read, what is computed included.
fn source_columns(source: &Connection, table: &str) -> Result<Vec<String>, Fault> {
    texts(
        source,
        &format!("SELECT name FROM pragma_table_xinfo('{table}')"),
    )
}

fn sequences(source: &Connection) -> Result<Vec<(String, i64)>, Fault> {
    let mut statement = source
        .prepare("SELECT name, seq FROM sqlite_sequence")
        .map_err(trouble)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let rows = rows.map_err(trouble)?;
    rows.collect::<Result<_, _>>().map_err(trouble)
}

fn texts(source: &Connection, sql: &str) -> Result<Vec<String>, Fault> {
    let mut statement = source.prepare(sql).map_err(trouble)?;
    let rows = statement.query_map([], |row| row.get(0)).map_err(trouble)?;
    rows.collect::<Result<_, _>>().map_err(trouble)
}

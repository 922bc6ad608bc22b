//! Bringing a database to the shape that the code expects.

use std::collections::HashSet;

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _};

use super::conn::Conn;
use super::location::Location;
use super::name_keys::{self, NameColumn};
use super::open::Opener;
use super::plan::Role;
use super::rights;
use crate::fault::{Fault, Source};
use crate::on;

/// A service's migrations: two folders with equal names, one for each database.
#[derive(Clone, Copy)]
pub struct Migrations {
    /// Those for `SQLite`.
    pub sqlite: fn() -> EmbeddedMigrations,
    /// Those for `PostgreSQL`.
    pub postgres: fn() -> EmbeddedMigrations,
    /// Where names are stored with what they are compared by.
    pub names: &'static [NameColumn],
}

/// The [`Migrations`] in the folders `migrations/sqlite` and `migrations/postgres` of the crate that says it,
/// compiled in; with the [`NameColumn`]s of the service, if it has any.
#[macro_export]
macro_rules! migrations {
    () => {
        $crate::migrations!(&[])
    };
    ($names:expr) => {
        $crate::db::Migrations {
            sqlite: || {
                const SQLITE: ::diesel_migrations::EmbeddedMigrations =
                    ::diesel_migrations::embed_migrations!("migrations/sqlite");
                SQLITE
            },
            postgres: || {
                const POSTGRES: ::diesel_migrations::EmbeddedMigrations =
                    ::diesel_migrations::embed_migrations!("migrations/postgres");
                POSTGRES
            },
            names: $names,
        }
    };
}

impl Migrations {
    /// Those of `applied` (versions) that this program does not know: a newer one has run them.
    pub fn unknown(self, applied: &[String]) -> Result<Vec<String>, Fault> {
        let known = self.versions()?;
        let unknown = applied.iter().filter(|version| !known.contains(version));
        Ok(unknown.cloned().collect())
    }

    /// Those that this program knows.
    fn versions(self) -> Result<Vec<String>, Fault> {
        // Both folders have equal names, which is tested.
        let known = MigrationSource::<Sqlite>::migrations(&(self.sqlite)()).map_err(failed)?;
        let versions = known.iter().map(|one| one.name().version().to_string());
        let versions: Vec<String> = versions.collect();
        let mut seen = HashSet::new();
        // The second would count as run as soon as the first has.
        match versions.iter().find(|version| !seen.insert(*version)) {
            Some(twice) => Err(Fault::internal(format!(
                "two migrations have the number {twice}"
            ))),
            None => Ok(versions),
        }
    }
}

/// The key of the advisory lock that lets replicas start together ("latchkey" in ASCII).
const MIGRATION_LOCK: i64 = 0x6c61_7463_686b_6579;

impl Opener {
    /// Runs what is pending and answers how many migrations that were.
    pub(super) fn migrate(&self, migrations: Migrations) -> Result<usize, Fault> {
        self.refuse_pooled()?;
        self.create_schema()?;
        let mut conn = self.open(Role::Writer)?;
        refuse_newer(&mut conn, migrations)?;
        let ran = match &mut conn {
            Conn::Sqlite(c) => c
                .run_pending_migrations((migrations.sqlite)())
                .map(|v| v.len()),
            Conn::Postgres(_) => {
                conn.batch("SET lock_timeout = 0; SET statement_timeout = 0")?;
                conn.batch(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
                match &mut conn {
                    Conn::Postgres(c) => c
                        .run_pending_migrations((migrations.postgres)())
                        .map(|v| v.len()),
                    Conn::Sqlite(_) => Ok(0),
                }
            }
        }
        .map_err(failed)?;
        name_keys::renew(&mut conn, migrations.names)?;
        Ok(ran)
    }

    /// How many migrations are pending, the renewal of keys being one; more than none means that the program
    /// must not serve.
    pub(super) fn pending(&self, migrations: Migrations) -> Result<usize, Fault> {
        self.refuse_pooled()?;
        let mut conn = self.open(Role::Writer)?;
        if let Conn::Postgres(c) = &mut conn {
            rights::check(c, self.schema.as_deref())?;
        }
        refuse_newer(&mut conn, migrations)?;
        let applied = applied(&mut conn)?;
        let known = migrations.versions()?;
        let pending = known.iter().filter(|version| !applied.contains(version));
        match pending.count() {
            0 => name_keys::are_current(&mut conn, migrations.names).map(|it| usize::from(!it)),
            some => Ok(some),
        }
    }

    /// Undoes every migration. For the test that each can be undone.
    pub(super) fn revert_all(&self, migrations: Migrations) -> Result<usize, Fault> {
        match &mut self.open(Role::Writer)? {
            Conn::Sqlite(c) => c
                .revert_all_migrations((migrations.sqlite)())
                .map(|v| v.len()),
            Conn::Postgres(c) => c
                .revert_all_migrations((migrations.postgres)())
                .map(|v| v.len()),
        }
        .map_err(failed)
    }

    fn create_schema(&self) -> Result<(), Fault> {
        if let (Location::Postgres(_), Some(schema)) = (&self.location, &self.schema) {
            self.open(Role::Writer)?
                .batch(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))
                .map_err(|error| failed(error.into()))?;
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct IsThere {
    #[diesel(sql_type = Bool)]
    is_there: bool,
}

/// Versions that have run. Only looks: the harness would make its table first, for which the role
/// that serves needs no right, and which fails where the schema itself is missing.
fn applied(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let table = match conn {
        Conn::Sqlite(_) => {
            "SELECT count(*) > 0 AS is_there FROM sqlite_schema \
             WHERE name = '__diesel_schema_migrations'"
        }
        Conn::Postgres(_) => {
            "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS is_there"
        }
    };
    let is_there = on!(&mut *conn, |c| diesel::sql_query(table)
        .get_result::<IsThere>(c))?
    .is_there;
    if !is_there {
        return Ok(Vec::new());
    }
    let versions = "SELECT version FROM __diesel_schema_migrations ORDER BY version";
    let rows = on!(conn, |c| diesel::sql_query(versions).load::<Applied>(c))?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// An older program would misread what a newer one has written.
fn refuse_newer(conn: &mut Conn, migrations: Migrations) -> Result<(), Fault> {
    let unknown = migrations.unknown(&applied(conn)?)?;
    let Some(first) = unknown.first() else {
        return Ok(());
    };
    Err(Fault::invalid(format!(
        "a newer Latchkey has changed this database (its migration {first} is not known here): \
         run that version, or restore a backup that this one has made"
    )))
}

/// What keeps a migration from running; a missing right is the operator's to give.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(source: Source) -> Fault {
    let said = source.to_string();
    match rights::missing(&said) {
        Some(fault) => fault,
        None => Fault::internal(format!("migration failed: {said}")),
    }
}

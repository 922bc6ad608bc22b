//! What a database holds of its installation: which it belongs to, and the numbers that were given out.
//! What follows from that stands in [`crate::installation`].
//!
//! Every service has the tables `installation` and `numbers_given`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::open::Opener;
use super::plan::Role;
use super::rights;
use super::{Conn, Db, DbSettings, Location, opener, unwatched};
use crate::fault::Fault;
use crate::installation::{Look, Numbers, Refers};
use crate::on;

diesel::table! {
    installation (place) {
        place -> BigInt,
        id -> Text,
    }
}

diesel::table! {
    numbers_given (name) {
        name -> Text,
        last -> BigInt,
    }
}

const ONLY_ROW: i64 = 1;

/// The highest number of every table that has ever given one out, whatever has left it since.
const GIVEN_ON_SQLITE: &str = "SELECT name, seq AS last FROM sqlite_sequence";

/// Sequences of others in the same schema are none of ours: ours belong to who owns the list of migrations.
const GIVEN_ON_POSTGRES: &str = "\
    SELECT replace(sequencename::text, '_id_seq', '') AS name, last_value AS last
    FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequenceowner =
        (SELECT pg_get_userbyid(relowner) FROM pg_class
         WHERE oid = to_regclass('__diesel_schema_migrations'))";

#[derive(QueryableByName)]
struct Given {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    last: i64,
}

#[derive(QueryableByName)]
struct Highest {
    #[diesel(sql_type = Nullable<BigInt>)]
    last: Option<i64>,
}

#[derive(QueryableByName)]
struct IsThere {
    #[diesel(sql_type = Bool)]
    is_there: bool,
}

impl DbSettings {
    /// Where the database lies, in words without secrets.
    pub fn place(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => path.display().to_string(),
            Location::Postgres(_) => format!("the PostgreSQL database of {}", self.service),
        }
    }
}

impl Db {
    /// Looks at a database that may not be there yet, or be of an older version. Changes nothing.
    pub fn look_at_installation(
        settings: &DbSettings,
        refers: &'static [Refers],
    ) -> Result<Look, Fault> {
        let kept = settings.clone();
        unwatched(settings, move || look(&kept, refers))
    }

    /// Makes the database, which has its tables, one of the installation `id`, where it belongs to none
    /// yet, and answers which it belongs to.
    pub fn join_installation(settings: &DbSettings, id: &str) -> Result<String, Fault> {
        let (opener, id) = (opener(settings), id.to_owned());
        unwatched(settings, move || {
            let mut conn = opener.open(Role::Writer)?;
            join(&mut conn, &id)
        })
    }

    /// Lets `service` go on behind the numbers that are known of it.
    pub fn raise_numbers(settings: &DbSettings, known: &Numbers) -> Result<(), Fault> {
        let (opener, service, known) = (opener(settings), settings.service, known.clone());
        unwatched(settings, move || {
            let mut conn = opener.open(Role::Writer)?;
            known
                .tables(service)
                .try_for_each(|(table, last)| raise(&mut conn, table, last))
        })
    }

    /// Keeps what is known of numbers that were given out, in a database without lanes.
    pub fn note_numbers(settings: &DbSettings, known: &Numbers) -> Result<(), Fault> {
        let (opener, known) = (opener(settings), known.clone());
        unwatched(settings, move || {
            let mut conn = opener.open(Role::Writer)?;
            conn.batch("BEGIN")?;
            keep(&mut conn, &known)?;
            Ok(conn.batch("COMMIT")?)
        })
    }

    /// Which installation the database belongs to.
    pub async fn installation_id(&self) -> Result<Option<String>, Fault> {
        self.read(joined).await
    }

    /// Makes the database one of the installation `id`, where it belongs to none yet, and answers which it
    /// belongs to.
    pub async fn join_as(&self, id: &str) -> Result<String, Fault> {
        let id = id.to_owned();
        self.write(move |conn| join(conn, &id)).await
    }

    /// What the database has given out.
    pub async fn numbers_given(&self) -> Result<Numbers, Fault> {
        let service = self.service();
        self.read(move |conn| given(conn, service)).await
    }

    /// Keeps what is known of numbers that were given out.
    pub async fn keep_numbers(&self, known: &Numbers) -> Result<(), Fault> {
        let known = known.clone();
        self.write(move |conn| keep(conn, &known)).await
    }
}

fn look(settings: &DbSettings, refers: &[Refers]) -> Result<Look, Fault> {
    let mut look = Look {
        service: settings.service,
        place: settings.place(),
        is_new: true,
        id: None,
        given: Numbers::default(),
        known: Numbers::default(),
    };
    // Opening a file that is not there would make it.
    if let Location::Sqlite(path) = &settings.location
        && std::fs::metadata(path).map_or(true, |file| file.len() == 0)
    {
        return Ok(look);
    }
    let opener: Opener = opener(settings);
    let mut conn = opener.open(Role::Reader)?;
    if let Conn::Postgres(c) = &mut conn {
        rights::check(c, settings.schema.as_deref())?;
    }
    look.is_new = !has_table(&mut conn, "__diesel_schema_migrations")?;
    if look.is_new {
        return Ok(look);
    }
    look.given = given(&mut conn, settings.service)?;
    if has_table(&mut conn, "installation")? {
        look.id = joined(&mut conn)?;
        let rows: Vec<(String, i64)> = on!(&mut conn, |c| numbers_given::table.load(c))?;
        look.known = rows.into_iter().collect();
    }
    for Refers { to, table, query } in refers {
        if !has_table(&mut conn, table)? {
            continue;
        }
        let highest: Highest = on!(&mut conn, |c| diesel::sql_query(*query).get_result(c))?;
        // Nothing given out is nothing known.
        if let Some(last) = highest.last.filter(|last| *last > 0) {
            look.known.raise(to, last);
        }
    }
    Ok(look)
}

fn has_table(conn: &mut Conn, name: &str) -> Result<bool, Fault> {
    let found: IsThere = match conn {
        Conn::Sqlite(c) => {
            diesel::sql_query("SELECT count(*) > 0 AS is_there FROM sqlite_schema WHERE name = ?")
                .bind::<Text, _>(name)
                .get_result(c)
        }
        Conn::Postgres(c) => diesel::sql_query("SELECT to_regclass($1) IS NOT NULL AS is_there")
            .bind::<Text, _>(name)
            .get_result(c),
    }?;
    Ok(found.is_there)
}

pub(super) fn join(conn: &mut Conn, id: &str) -> Result<String, Fault> {
    on!(&mut *conn, |c| diesel::insert_into(installation::table)
        .values((installation::place.eq(ONLY_ROW), installation::id.eq(id)))
        .on_conflict_do_nothing()
        .execute(c))?;
    joined(conn)?.ok_or_else(|| Fault::internal("the installation's id is gone"))
}

fn joined(conn: &mut Conn) -> Result<Option<String>, Fault> {
    Ok(on!(conn, |c| installation::table
        .find(ONLY_ROW)
        .select(installation::id)
        .first(c)
        .optional())?)
}

fn given(conn: &mut Conn, service: &str) -> Result<Numbers, Fault> {
    // The table is made with the first table that numbers its rows.
    if let Conn::Sqlite(_) = conn
        && !has_table(conn, "sqlite_sequence")?
    {
        return Ok(Numbers::of(service, []));
    }
    let rows: Vec<Given> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(GIVEN_ON_SQLITE).load(c),
        Conn::Postgres(c) => diesel::sql_query(GIVEN_ON_POSTGRES).load(c),
    }?;
    let pairs = rows.into_iter().map(|row| (row.name, row.last));
    let mut numbers = Numbers::of(service, pairs);
    if let Conn::Postgres(_) = conn
        && has_table(conn, "event_counter")?
    {
        let counter: Given = on!(conn, |c| diesel::sql_query(GIVEN_POSITIONS).get_result(c))?;
        numbers.raise(&format!("{service}.{}", counter.name), counter.last);
    }
    Ok(numbers)
}

/// Positions of an outbox on `PostgreSQL` are counted beside its rows' numbers, and run ahead of them once
/// they were raised while rows waited for theirs. Others refer to the positions.
const GIVEN_POSITIONS: &str = "SELECT 'events' AS name, last FROM event_counter";
const RAISE_POSITIONS: &str = "UPDATE event_counter SET last = greatest(last, $1)";

/// A number that is known already, or a higher one, stays.
const KEEP_ON_SQLITE: &str = "INSERT INTO numbers_given (name, last) VALUES (?, ?) \
    ON CONFLICT (name) DO UPDATE SET last = excluded.last WHERE excluded.last > numbers_given.last";
const KEEP_ON_POSTGRES: &str = "INSERT INTO numbers_given (name, last) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET last = excluded.last WHERE excluded.last > numbers_given.last";

fn keep(conn: &mut Conn, known: &Numbers) -> Result<(), Fault> {
    // In one order, so that two who keep at the same time wait for each other and not in a circle.
    for (name, last) in known.iter() {
        match conn {
            Conn::Sqlite(c) => diesel::sql_query(KEEP_ON_SQLITE)
                .bind::<Text, _>(name)
                .bind::<BigInt, _>(last)
                .execute(c),
            Conn::Postgres(c) => diesel::sql_query(KEEP_ON_POSTGRES)
                .bind::<Text, _>(name)
                .bind::<BigInt, _>(last)
                .execute(c),
        }?;
    }
    Ok(())
}

const RAISE_SEQUENCE: &str = "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)";

pub(super) fn raise(conn: &mut Conn, table: &str, last: i64) -> Result<(), Fault> {
    if last < 1 {
        // Nothing was given out, and no sequence begins before that.
        return Ok(());
    }
    match conn {
        Conn::Sqlite(c) => {
            let raised =
                diesel::sql_query("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?")
                    .bind::<BigInt, _>(last)
                    .bind::<Text, _>(table)
                    .execute(c)?;
            if raised == 0 {
                diesel::sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
                    .bind::<Text, _>(table)
                    .bind::<BigInt, _>(last)
                    .execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            let now: Vec<Given> = diesel::sql_query(GIVEN_ON_POSTGRES).load(c)?;
            let is_there = |row: &Given| row.name == table && row.last >= last;
            if !now.iter().any(is_there) {
                diesel::sql_query(RAISE_SEQUENCE)
                    .bind::<Text, _>(table)
                    .bind::<BigInt, _>(last)
                    .execute(c)?;
            }
            if table == "events" {
                diesel::sql_query(RAISE_POSITIONS)
                    .bind::<BigInt, _>(last)
                    .execute(c)?;
            }
        }
    }
    Ok(())
}

//! Whether the role in a `PostgreSQL` URL may do what serving needs. Asked at start, because without
//! a right the first request would find out, or a table would look as if it were missing.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use crate::fault::Fault;

/// The catalogue may be read by everybody, whatever else a role may not do. Tables of others in the
/// same schema are none of ours: ours belong to who owns the list of migrations.
const QUESTION: &str = "\
    WITH place AS (SELECT oid FROM pg_namespace
                   WHERE nspname = coalesce($1, current_schema(), 'public')),
    list AS (SELECT relowner FROM pg_class, place
             WHERE relnamespace = place.oid AND relname = '__diesel_schema_migrations'),
    ours AS (SELECT c.oid, c.relname, c.relkind FROM pg_class c, place, list
             WHERE c.relnamespace = place.oid AND c.relowner = list.relowner
               AND c.relkind IN ('r', 'p', 'S'))
    SELECT current_user::text AS role,
           has_schema_privilege(place.oid, 'USAGE') AS may_enter,
           (SELECT min(relname)::text FROM ours WHERE NOT CASE
                WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE')
                WHEN relname = '__diesel_schema_migrations'
                    THEN has_table_privilege(oid, 'SELECT')
                ELSE has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                     AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')
            END) AS forbidden
    FROM place";

#[derive(QueryableByName)]
struct Rights {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Bool)]
    may_enter: bool,
    #[diesel(sql_type = Nullable<Text>)]
    forbidden: Option<String>,
}

/// Asks for every right that serving needs in `schema`, by default the one that a connection is in.
/// A schema that is not there yet is no matter of rights.
pub(super) fn check(conn: &mut PgConnection, schema: Option<&str>) -> Result<(), Fault> {
    let rights: Option<Rights> = diesel::sql_query(QUESTION)
        .bind::<Nullable<Text>, _>(schema)
        .get_result(conn)
        .optional()?;
    let Some(rights) = rights else {
        return Ok(());
    };
    let role = &rights.role;
    if !rights.may_enter {
        return Err(Fault::invalid(format!(
            "the role {role} may not use the schema of this database: grant it USAGE, or name \
             another role in the URL"
        )));
    }
    match rights.forbidden {
        None => Ok(()),
        Some(table) => Err(Fault::invalid(format!(
            "the role {role} may not use {table} in this database: grant it SELECT, INSERT, \
             UPDATE and DELETE on tables and USAGE on sequences, or name another role in the URL"
        ))),
    }
}

/// What `PostgreSQL` says when a right is missing, as a sentence for the operator.
pub(super) fn missing(said: &str) -> Option<Fault> {
    let what = ["permission denied", "must be owner", "must be member"]
        .into_iter()
        .find_map(|words| said.find(words).and_then(|at| said.get(at..)))?;
    let what = what.lines().next().unwrap_or(what);
    Some(Fault::invalid(format!(
        "the role in the URL may not change this database ({what}): run `latchkey migrate` with a \
         role that may create tables"
    )))
}

//! Rows in a file of our own: one thread, prepared statements, a commit for each group.

use std::time::Instant;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use super::{Rows, Statements};
use crate::Result;
use crate::accounting::own_cpu;
use crate::load::{Pace, float, milliseconds};
use crate::shape::House;
use crate::world::TEXT;

diesel::table! {
    rows (id) {
        id -> BigInt,
        channel_id -> BigInt,
        user_id -> BigInt,
        content -> Text,
        created_at -> BigInt,
    }
}

const SCHEMA: &str = "\
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    CREATE TABLE rows (id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id BIGINT NOT NULL, \
        user_id BIGINT NOT NULL, content TEXT NOT NULL, created_at BIGINT NOT NULL); \
    CREATE INDEX rows_channel ON rows (channel_id, id);";

/// All of them.
pub(super) fn rows(house: &House, pace: Pace) -> Result<Statements> {
    let file = house.folder().join("limit.db");
    let mut conn = SqliteConnection::establish(&file.display().to_string())?;
    conn.batch_execute(SCHEMA)?;
    let insert = [
        time(pace, |nth| group(&mut conn, nth, 16))?,
        time(pace, |nth| group(&mut conn, nth, 64))?,
    ];
    let select = time(pace, |nth| fifty(&mut conn, nth))?;
    let lookup = time(pace, |nth| one(&mut conn, nth))?;
    Ok(Statements {
        insert: of(insert),
        select: of([select, select]),
        lookup: of([lookup, lookup]),
    })
}

fn of([first, second]: [(f64, f64); 2]) -> Rows {
    Rows {
        cpu_ms: [first.0, second.0],
        rate: [first.1, second.1],
    }
}

/// CPU milliseconds and rate of what `work` says that it did.
fn time(pace: Pace, mut work: impl FnMut(i64) -> Result<usize>) -> Result<(f64, f64)> {
    let mut nth = 0;
    let mut run = |time| -> Result<usize> {
        let until = Instant::now() + time;
        let mut done = 0;
        while Instant::now() < until {
            done += work(nth)?;
            nth += 1;
        }
        Ok(done)
    };
    run(pace.warm)?;
    let (before, began) = (own_cpu()?, Instant::now());
    let done = float(run(pace.measured)?);
    let used = own_cpu()?.saturating_sub(before);
    Ok((
        milliseconds(used) / done,
        done / began.elapsed().as_secs_f64(),
    ))
}

fn group(conn: &mut SqliteConnection, nth: i64, size: usize) -> Result<usize> {
    conn.batch_execute("BEGIN IMMEDIATE")?;
    for channel in (0..64).cycle().take(size) {
        diesel::insert_into(rows::table)
            .values((
                rows::channel_id.eq(channel),
                rows::user_id.eq(nth),
                rows::content.eq(TEXT),
                rows::created_at.eq(nth),
            ))
            .execute(conn)?;
    }
    conn.batch_execute("COMMIT")?;
    Ok(size)
}

fn one(conn: &mut SqliteConnection, nth: i64) -> Result<usize> {
    let found: (i64, i64, String, i64) = rows::table
        .find(1 + nth % 6400)
        .select((rows::id, rows::user_id, rows::content, rows::created_at))
        .first(conn)?;
    if found.0 == 1 + nth % 6400 {
        Ok(1)
    } else {
        Err("another row".into())
    }
}

fn fifty(conn: &mut SqliteConnection, nth: i64) -> Result<usize> {
    let found: Vec<(i64, i64, String, i64)> = rows::table
        .filter(rows::channel_id.eq(nth % 16))
        .order(rows::id.desc())
        .limit(50)
        .select((rows::id, rows::user_id, rows::content, rows::created_at))
        .load(conn)?;
    if found.len() == 50 {
        Ok(1)
    } else {
        Err("fewer than fifty rows".into())
    }
}

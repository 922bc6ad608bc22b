//! A stack with which something is wrong on purpose.

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::Stack;
use super::one::START;
use latchkey_stack::ports::readiness;

impl Stack {
    /// The URL of its `PostgreSQL` database, which all services share.
    #[track_caller]
    pub fn database_url(&self) -> String {
        let database = self.one().database();
        database.expect("a stack on PostgreSQL").url()
    }

    /// Runs statements on the database of `service`, behind the program's back.
    #[track_caller]
    pub fn sql(&self, service: &str, statements: &str) {
        let done = if let Some(database) = self.one().database() {
            database.execute(&format!("SET search_path TO {service}; {statements}"))
        } else {
            let file = self.data_dir().join(format!("{service}.db"));
            let file = file.to_str().expect("a path in UTF-8");
            let mut conn = SqliteConnection::establish(file).expect("the database's file");
            conn.batch_execute(statements)
        };
        done.expect("statements that work");
    }

    /// Starts it where something is wrong that does not end it, and gives what readiness says.
    #[track_caller]
    pub fn start_unready(&self) -> String {
        self.one().spawn();
        let internal = self.internal();
        let begun = Instant::now();
        loop {
            if let Some((503, said)) = readiness(&internal) {
                return said;
            }
            assert!(!self.has_ended(), "it has ended:\n{}", self.log());
            assert!(begun.elapsed() < START, "not unready:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it where something is wrong that ends it, and gives what it printed.
    #[track_caller]
    pub fn start_refused(&self) -> String {
        self.one().spawn();
        let begun = Instant::now();
        while !self.has_ended() {
            assert!(begun.elapsed() < START, "it goes on:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
        self.log()
    }
}

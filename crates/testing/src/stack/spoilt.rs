//! A stack with which something is wrong on purpose.

use std::thread;
use std::time::{Duration, Instant};

use latchkey_stack::Service;
use latchkey_stack::questions::readiness;

use super::Stack;

/// How long it may take until what is wrong shows.
const SHOWN: Duration = Duration::from_secs(30);

impl Stack {
    /// The URL of its `PostgreSQL` database, which all services share.
    #[track_caller]
    pub fn shared_database(&self) -> String {
        let database = self.database.as_ref();
        database.expect("one process on PostgreSQL").url()
    }

    /// Runs statements on the database of `service`, behind the program's back.
    #[track_caller]
    pub fn sql(&self, service: Service, statements: &str) {
        let done = self.started.sql(service, statements);
        done.expect("statements that work");
    }

    /// Starts it where something is wrong that does not end it, and gives what readiness says.
    #[track_caller]
    pub fn start_unready(&self) -> String {
        self.one().spawn().expect("latchkey runs");
        let begun = Instant::now();
        loop {
            if let Some((503, said)) = readiness(self.started.internal()) {
                return said;
            }
            assert!(!self.has_ended(), "it has ended:\n{}", self.log());
            assert!(begun.elapsed() < SHOWN, "not unready:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it where something is wrong that ends it, and gives what it printed.
    #[track_caller]
    pub fn start_refused(&self) -> String {
        self.one().spawn().expect("latchkey runs");
        let begun = Instant::now();
        while !self.has_ended() {
            assert!(begun.elapsed() < SHOWN, "it goes on:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
        self.log()
    }
}

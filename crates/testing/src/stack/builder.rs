//! A stack before its first start.

use std::sync::Mutex;

use super::Stack;
use crate::Backend;
use crate::ports::Ports;
use crate::postgres::Database;

/// A stack before its first start.
pub struct Builder {
    pub(super) backend: Backend,
    pub(super) env: Vec<(String, String)>,
}

impl Builder {
    /// One more setting.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Makes folder and database, migrates (`PostgreSQL`), but starts nothing.
    pub fn prepare(self) -> Stack {
        let stack = self.bare();
        if stack.database.is_some() {
            let migrated = stack.command(&["migrate"], "");
            assert!(migrated.status.success(), "{migrated:?}");
        }
        stack
    }

    /// Makes folder and database, and nothing more.
    pub fn bare(self) -> Stack {
        let database = (self.backend == Backend::Postgres).then(Database::create);
        let mut env = self.env;
        if let Some(database) = &database {
            for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
                env.push((format!("LATCHKEY_{service}__DATABASE_URL"), database.url()));
            }
        }
        Stack {
            env: Mutex::new(env),
            ports: Mutex::new(Ports::free()),
            running: Mutex::new(None),
            starts: Mutex::new(0),
            database,
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Prepares it and starts it.
    pub fn start(self) -> Stack {
        let stack = self.prepare();
        stack.start();
        stack
    }
}

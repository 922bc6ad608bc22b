//! A stack before its first start.

use std::env;
use std::sync::{Arc, OnceLock};

use latchkey_stack::postgres::{Durability, Server};
use latchkey_stack::split::{Plan, Postgres};
use latchkey_stack::{OneProcess, OpenFiles, Split};

use super::Stack;
use crate::Backend;
use crate::postgres::{self, Database};

/// A stack before its first start.
pub struct Builder {
    backend: Backend,
    env: Vec<(String, String)>,
    open_files: Option<OpenFiles>,
    replicas: u16,
    has_edges: bool,
    has_own_postgres: bool,
}

impl Builder {
    pub(super) fn new(backend: Backend) -> Self {
        Self {
            backend,
            env: vec![("LATCHKEY_RATE_LIMITS".to_owned(), "off".to_owned())],
            open_files: None,
            replicas: 1,
            has_edges: false,
            has_own_postgres: false,
        }
    }

    /// One more setting.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// One process: how many files it may open, and how far it may raise that itself.
    #[must_use]
    pub const fn open_files(mut self, soft: u32, hard: u32) -> Self {
        self.open_files = Some(OpenFiles { soft, hard });
        self
    }

    /// Split: how many replicas each service has (1 to 3). One, unless said otherwise: two of
    /// everything take their time.
    #[must_use]
    pub const fn replicas(mut self, replicas: u16) -> Self {
        self.replicas = replicas;
        self
    }

    /// Split: every edge can be cut. One process: the way to its database can.
    #[must_use]
    pub const fn with_edges(mut self) -> Self {
        self.has_edges = true;
        self
    }

    /// Split: the database server can be killed.
    #[must_use]
    pub const fn with_own_postgres(mut self) -> Self {
        self.has_own_postgres = true;
        self
    }

    /// Makes folder and databases, migrates (`PostgreSQL`), but starts nothing.
    #[track_caller]
    pub fn prepare(self) -> Stack {
        let stack = self.bare();
        stack.migrate().expect("databases are migrated");
        stack
    }

    /// Makes folder and databases, and nothing more.
    #[track_caller]
    pub fn bare(self) -> Stack {
        let place = env::temp_dir();
        let database = (self.backend == Backend::Postgres).then(Database::create);
        let mut relay = None;
        let stack = match self.backend {
            Backend::Split => {
                let plan = Plan {
                    replicas: self.replicas,
                    has_edges: self.has_edges,
                    postgres: if self.has_own_postgres {
                        Postgres::Own(Box::new(server()))
                    } else {
                        shared()
                    },
                };
                let split = Split::new(&place, plan, self.env);
                latchkey_stack::Stack::Split(Box::new(split.expect("a split stack")))
            }
            Backend::Sqlite | Backend::Postgres => {
                let mut url = database.as_ref().map(Database::url);
                if self.has_edges
                    && let Some(direct) = &url
                {
                    let (relayed, on_the_way) = postgres::relayed(direct);
                    (url, relay) = (Some(relayed), Some(on_the_way));
                }
                let one = OneProcess::new(&place, url, self.env).expect("a stack");
                let one = match self.open_files {
                    Some(limits) => one.bound_by(limits),
                    None => one,
                };
                latchkey_stack::Stack::One(Box::new(one))
            }
        };
        Stack {
            started: stack,
            relay,
            database,
        }
    }

    /// Prepares it and starts it.
    #[track_caller]
    pub fn start(self) -> Stack {
        let stack = self.prepare();
        stack.start();
        stack
    }
}

/// What is not synced survives the death of a process, so nothing is synced.
fn server() -> Server {
    let server = Server::start_new(&env::temp_dir(), Durability::OfProcess, &[]);
    server.expect("a PostgreSQL server")
}

/// The one that all stacks of this process share, unless they want to kill it.
fn shared() -> Postgres {
    static SHARED: OnceLock<Arc<Server>> = OnceLock::new();
    Postgres::Shared(Arc::clone(SHARED.get_or_init(|| Arc::new(server()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_server_starts_again_with_its_data() {
        let name = "a_killed_server_starts_again_with_its_data";
        if crate::missing(name, &["initdb"]) {
            return;
        }
        let server = server();
        let kept = [
            "CREATE TABLE kept (n integer)",
            "INSERT INTO kept VALUES (1)",
        ];
        server.execute(&kept.map(str::to_owned)).unwrap();
        server.kill();
        let found = ["INSERT INTO kept SELECT 1 / count(*) FROM kept".to_owned()];
        assert!(server.execute(&found).is_err());
        server.start().unwrap();
        server.execute(&found).unwrap();
    }
}

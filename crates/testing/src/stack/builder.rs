//! A stack before its first start.

use super::one::{OneProcess, OpenFiles};
use super::{Shape, Stack};
use crate::Backend;
use crate::split::{Plan, Postgres, Split};

/// A stack before its first start.
pub struct Builder {
    backend: Backend,
    env: Vec<(String, String)>,
    open_files: Option<OpenFiles>,
    plan: Plan,
}

impl Builder {
    pub(super) fn new(backend: Backend) -> Self {
        Self {
            backend,
            env: vec![("LATCHKEY_RATE_LIMITS".to_owned(), "off".to_owned())],
            open_files: None,
            plan: Plan {
                replicas: 1,
                has_edges: false,
                postgres: Postgres::Shared,
            },
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
    pub const fn replicas(mut self, replicas: usize) -> Self {
        self.plan.replicas = replicas;
        self
    }

    /// Split: every edge can be cut. One process: the way to its database can.
    #[must_use]
    pub const fn with_edges(mut self) -> Self {
        self.plan.has_edges = true;
        self
    }

    /// Split: the database server can be killed.
    #[must_use]
    pub const fn with_own_postgres(mut self) -> Self {
        self.plan.postgres = Postgres::Own;
        self
    }

    /// Makes folder and databases, migrates (`PostgreSQL`), but starts nothing.
    pub fn prepare(self) -> Stack {
        let stack = self.bare();
        match &stack.shape {
            Shape::Split(split) => split.migrate(),
            Shape::One(one) if one.needs_migration() => {
                let migrated = stack.command(&["migrate"], "");
                assert!(migrated.status.success(), "{migrated:?}");
            }
            Shape::One(_) => {}
        }
        stack
    }

    /// Makes folder and databases, and nothing more.
    pub fn bare(self) -> Stack {
        let shape = match self.backend {
            Backend::Split => Shape::Split(Box::new(Split::new(self.plan, self.env))),
            Backend::Sqlite | Backend::Postgres => {
                let has_edges = self.plan.has_edges;
                let one = OneProcess::new(self.backend, self.env, has_edges, self.open_files);
                Shape::One(Box::new(one))
            }
        };
        Stack { shape }
    }

    /// Prepares it and starts it.
    pub fn start(self) -> Stack {
        let stack = self.prepare();
        stack.start();
        stack
    }
}

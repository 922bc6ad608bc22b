//! Which database a test runs on, and when it is skipped.
//!
//! `SQLite` always runs. `PostgreSQL` runs when `LATCHKEY_TEST_POSTGRES_URL` names a server on which
//! the user may create databases and schemas; otherwise the test says on the real standard error
//! (libtest captures the other one) that it was skipped. `LATCHKEY_TEST_REQUIRE=postgres` makes a
//! skip a failure, so that CI cannot skip by mistake.

use std::time::Duration;

use latchkey_stack::programs::find;
use latchkey_stack::split::missing_program;
use parking_lot::RwLock;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::environment::{postgres_url, skip};

/// What to test on: a database, and with it the shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// The embedded one.
    Sqlite,
    /// The server that `LATCHKEY_TEST_POSTGRES_URL` names.
    Postgres,
    /// Services as processes of their own, on a `PostgreSQL` server that the tests start.
    Split,
}

/// Beyond this a test hangs.
const LIMIT: Duration = Duration::from_mins(4);

/// Whoever has the machine alone, or those who share it.
static MACHINE: RwLock<()> = RwLock::new(());

/// Makes two tests of each named `async fn(Backend)`: `name::sqlite` and `name::postgres`. With
/// `alone:` before the names no other test of such macros runs meanwhile: for what measures waits or fills the
/// machine.
///
/// ```text
/// async fn a_taken_name_is_refused(backend: Backend) { .. }
///
/// both_databases!(a_taken_name_is_refused);
/// ```
#[macro_export]
macro_rules! both_databases {
    (alone: $($test:ident),+ $(,)?) => {
        $($crate::tests_of!(alone $test: sqlite Sqlite, postgres Postgres);)+
    };
    ($($test:ident),+ $(,)?) => {
        $($crate::tests_of!($test: sqlite Sqlite, postgres Postgres);)+
    };
}

/// Makes a test of each named `async fn(Backend)` that makes sense on `PostgreSQL` alone, such as
/// one with replicas.
#[macro_export]
macro_rules! on_postgres {
    ($($test:ident),+ $(,)?) => { $($crate::tests_of!($test: postgres Postgres);)+ };
}

/// Makes a test of each named `async fn(Backend)` that has the machine alone, on `SQLite`: for what ends before
/// any database is asked, where a second one would show the same.
#[macro_export]
macro_rules! before_any_database {
    ($($test:ident),+ $(,)?) => { $($crate::tests_of!(alone $test: sqlite Sqlite);)+ };
}

/// The same two tests, of the product from outside, for what only one process has: its data folder,
/// its lock, a power cut that takes all of it at once.
#[macro_export]
macro_rules! one_process {
    ($($tests:tt)+) => { $crate::both_databases!($($tests)+); };
}

/// Makes three tests of each named `async fn(Backend)`, for tests of the product from outside:
/// `name::sqlite` and `name::postgres` over one process, `name::split` over the split shape.
#[macro_export]
macro_rules! every_shape {
    (alone: $($test:ident),+ $(,)?) => {
        $($crate::tests_of!(alone $test: sqlite Sqlite, postgres Postgres, split Split);)+
    };
    ($($test:ident),+ $(,)?) => {
        $($crate::tests_of!($test: sqlite Sqlite, postgres Postgres, split Split);)+
    };
}

/// The tests of one `async fn(Backend)`, in a module of its name.
#[doc(hidden)]
#[macro_export]
macro_rules! tests_of {
    (alone $test:ident: $($name:ident $backend:ident),+) => {
        $crate::tests_of!(run_alone; $test: $($name $backend),+);
    };
    ($test:ident: $($name:ident $backend:ident),+) => {
        $crate::tests_of!(run; $test: $($name $backend),+);
    };
    ($run:ident; $test:ident: $($name:ident $backend:ident),+) => {
        mod $test {
            $(
                #[test]
                fn $name() {
                    $crate::backend::$run($crate::Backend::$backend, module_path!(), super::$test);
                }
            )+
        }
    };
}

/// Runs one test on one database, or skips it. Futures that are not `Send` may be spawned locally.
pub fn run<F>(backend: Backend, test: &str, body: impl FnOnce(Backend) -> F)
where
    F: Future<Output = ()>,
{
    if !is_skipped(backend, test) {
        let _shared = MACHINE.read();
        within_limit(test, body(backend));
    }
}

/// [`run`], while no other of these tests runs.
pub fn run_alone<F>(backend: Backend, test: &str, body: impl FnOnce(Backend) -> F)
where
    F: Future<Output = ()>,
{
    if !is_skipped(backend, test) {
        let _alone = MACHINE.write();
        within_limit(test, body(backend));
    }
}

fn is_skipped(backend: Backend, test: &str) -> bool {
    match backend {
        Backend::Sqlite => false,
        Backend::Postgres => skipped(test),
        Backend::Split => split_is_missing(test),
    }
}

fn within_limit(test: &str, body: impl Future<Output = ()>) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    LocalSet::new().block_on(&runtime, async {
        tokio::time::timeout(LIMIT, body)
            .await
            .unwrap_or_else(|_| panic!("{test} hangs: not done after {LIMIT:?}"));
    });
}

fn skipped(test: &str) -> bool {
    if postgres_url().is_some() {
        return false;
    }
    skip(test, "postgres", "LATCHKEY_TEST_POSTGRES_URL is not set");
    true
}

/// True when something that the split shape needs is not installed: says that the test is skipped. A
/// program's name in `LATCHKEY_TEST_REQUIRE` makes that a failure.
pub fn split_is_missing(test: &str) -> bool {
    let absent = missing_program();
    if let Some((what, name)) = absent {
        skip(test, what, &format!("{name} is not installed"));
    }
    absent.is_some()
}

/// The same of some programs.
pub fn missing(test: &str, names: &[&str]) -> bool {
    let absent = names.iter().find(|name| find(name).is_none());
    if let Some(name) = absent {
        skip(test, name, "it is not installed");
    }
    absent.is_some()
}

//! The schema is made and unmade alike on both databases, and fits what the code reads and writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use latchkey_common::db::Db;
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, both_databases};
use latchkey_users::MIGRATIONS;

use crate::world::World;

both_databases!(up_down_and_up_again);

async fn up_down_and_up_again(backend: Backend) {
    let test_db = TestDb::new(backend, "users");
    let settings = test_db.settings();
    let count = Db::migrate(settings, MIGRATIONS).unwrap();
    assert_eq!(count, folders("sqlite").len());
    assert_eq!(Db::revert_all(settings, MIGRATIONS).unwrap(), count);
    assert_eq!(Db::pending(settings, MIGRATIONS).unwrap(), count);
    assert_eq!(Db::migrate(settings, MIGRATIONS).unwrap(), count);
    assert_eq!(Db::pending(settings, MIGRATIONS).unwrap(), 0);
    let world = World::new(backend);
    world.account("John11").await;
    world.log_in("John11").await;
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_eq!(folders("sqlite"), folders("postgres"));
}

fn folders(database: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database);
    fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

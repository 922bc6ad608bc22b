//! Migrations and retention.

use latchkey_channels::MIGRATIONS;
use latchkey_common::db::Db;
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, both_databases};

both_databases!(migrations_go_up_down_and_up, every_column_is_there);

async fn migrations_go_up_down_and_up(backend: Backend) {
    let db = TestDb::new(backend, "channels");
    let ran = Db::migrate(db.settings(), MIGRATIONS).unwrap();
    assert!(ran > 0);
    assert_eq!(Db::pending(db.settings(), MIGRATIONS).unwrap(), 0);
    assert_eq!(Db::revert_all(db.settings(), MIGRATIONS).unwrap(), ran);
    assert_eq!(Db::migrate(db.settings(), MIGRATIONS).unwrap(), ran);
}

/// The same columns in the same words, whichever the database.
const COLUMNS: [(&str, &str); 8] = [
    (
        "channels",
        "id, name, name_folded, type, owner_id, last_message, created_at, closed_at",
    ),
    (
        "members",
        "channel_id, user_id, username, permissions, joined_at, last_read, joined_event, \
         ends_at",
    ),
    (
        "past_members",
        "channel_id, user_id, joined_event, left_event",
    ),
    (
        "messages",
        "id, channel_id, user_id, username, type, content, created_at",
    ),
    ("act_keys", "key, outcome, made_id, decided_at"),
    (
        "events",
        "id, position, channel_id, kind, recipient_id, user_id, message_id, channel_name, \
         channel_type, owner_id, permissions, last_message, created_at",
    ),
    ("event_counter", "last, purged_through"),
    (
        "kept_answers",
        "id, caller, key, fingerprint, act_key, answer, begun_at",
    ),
];

async fn every_column_is_there(backend: Backend) {
    let test = TestDb::new(backend, "channels");
    let db = test.open(MIGRATIONS);
    for (table, columns) in COLUMNS {
        let sql = format!("SELECT {columns} FROM {table}");
        db.look(move |conn| conn.batch(&sql)).await.unwrap();
    }
}
